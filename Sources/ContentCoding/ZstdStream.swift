import CZstd

/// The libzstd stream behind zstd.
final class ZstdStream: UnpackingStream {
    private let context: OpaquePointer
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: UnpackingStep.outputCapacity,
        alignment: 16
    )
    private var finishedFrames = 0
    private(set) var isAtEnd = true

    init(maximumWindowBits: Int) throws(ContentCodingError) {
        guard let context = ZSTD_createDCtx() else {
            buffer.deallocate()
            throw .outOfMemory
        }
        self.context = context
        let status = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(maximumWindowBits))
        guard ZSTD_isError(status) == 0 else { throw .windowTooLarge }
    }

    deinit {
        ZSTD_freeDCtx(context)
        buffer.deallocate()
    }

    func step(_ bytes: RawSpan) throws(ContentCodingError) -> UnpackingStep {
        if isAtEnd {
            guard !bytes.isEmpty else { return UnpackingStep(consumed: 0, output: output(0)) }
            try checkFrameStart(bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
            isAtEnd = false
        }
        var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let (status, consumed) = bytes.withUnsafeBytes { input in
            var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            let status = ZSTD_decompressStream(context, &target, &source)
            return (status, source.pos)
        }
        guard ZSTD_isError(status) == 0 else { throw failure(status) }
        if status == 0 {
            isAtEnd = true
            finishedFrames += 1
        }
        return UnpackingStep(consumed: consumed, output: output(target.pos))
    }

    /// Refuses what can be neither a frame nor a skippable one by its first byte (RFC 8878 sections 3.1.1 and 3.1.2).
    ///
    /// That also keeps away the formats from before RFC 8878, which some builds of the library still read.
    private func checkFrameStart(_ byte: UInt8) throws(ContentCodingError) {
        guard byte != 0x28, byte & 0xF0 != 0x50 else { return }
        throw finishedFrames > 0 ? .trailingGarbage : .corrupt
    }

    private func failure(_ status: Int) -> ContentCodingError {
        switch ZSTD_getErrorCode(status) {
        case ZSTD_error_memory_allocation: .outOfMemory
        case ZSTD_error_frameParameter_windowTooLarge: .windowTooLarge
        case ZSTD_error_prefix_unknown: finishedFrames > 0 ? .trailingGarbage : .corrupt
        default: .corrupt
        }
    }

    private func output(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
