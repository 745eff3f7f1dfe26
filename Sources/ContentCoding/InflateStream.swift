import CZlib

/// The zlib stream behind gzip and deflate.
///
/// zlib keeps a pointer back to its `z_stream`, so that lives in memory of its own.
final class InflateStream: UnpackingStream {
    private enum Phase {
        /// No byte has come.
        case untouched
        /// Deflate only: one byte has come, and the second one tells how the stream is wrapped.
        case undecided(UInt8)
        case inside
        case ended
    }

    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: UnpackingStep.outputCapacity,
        alignment: 16
    )
    private let isGzip: Bool
    private var isInitialized = false
    private var finishedMembers = 0
    private var phase = Phase.untouched

    init(isGzip: Bool) throws(ContentCodingError) {
        self.isGzip = isGzip
        stream.initialize(to: z_stream())
        // 15 bits of window; 16 more mean that a gzip wrapper is demanded.
        if isGzip { try start(windowBits: 15 + 16) }
    }

    deinit {
        if isInitialized { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
        buffer.deallocate()
    }

    var isAtEnd: Bool {
        switch phase {
        case .untouched, .ended: true
        case .undecided, .inside: false
        }
    }

    func step(_ bytes: RawSpan) throws(ContentCodingError) -> UnpackingStep {
        guard !bytes.isEmpty else {
            if case .inside = phase { return try inflate(bytes) }
            return UnpackingStep(consumed: 0, output: output(0))
        }
        switch phase {
        case .inside: break
        case .untouched where isGzip: phase = .inside
        case .untouched:
            phase = .undecided(bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
            return UnpackingStep(consumed: 1, output: output(0))
        case .undecided(let first):
            try decide(first, bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
        case .ended:
            guard isGzip else { throw .trailingGarbage }
            guard inflateReset(stream) == Z_OK else { throw .corrupt }
            phase = .inside
        }
        return try inflate(bytes)
    }

    /// Tells a zlib wrapper (RFC 1950 section 2.2) from a raw stream by the two bytes of its header.
    ///
    /// A raw stream cannot begin like that unless it opens with a stored block whose padding is not zero, which no known packer writes.
    private func decide(_ first: UInt8, _ second: UInt8) throws(ContentCodingError) {
        let isWrapped = first & 0x0F == 8 && first >> 4 <= 7 && (UInt16(first) << 8 | UInt16(second)) % 31 == 0
        try start(windowBits: isWrapped ? 15 : -15)
        phase = .inside
        // One byte can neither end a stream nor give output.
        _ = try inflate([first].span.bytes)
    }

    private func start(windowBits: Int32) throws(ContentCodingError) {
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else { throw .outOfMemory }
        isInitialized = true
    }

    private func inflate(_ bytes: RawSpan) throws(ContentCodingError) -> UnpackingStep {
        let (status, consumed) = bytes.withUnsafeBytes { input in
            let count = min(input.count, 1 << 30)
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
            stream.pointee.avail_in = UInt32(count)
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(buffer.count)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            stream.pointee.next_in = nil
            return (status, count - Int(stream.pointee.avail_in))
        }
        switch status {
        case Z_OK, Z_BUF_ERROR: break  // the second means: nothing to do with what there is
        case Z_STREAM_END:
            phase = .ended
            finishedMembers += 1
        case Z_MEM_ERROR: throw .outOfMemory
        default:
            // The fixed part of a gzip header is 10 bytes.
            let isInHeader = stream.pointee.total_in <= 10 && stream.pointee.total_out == 0
            throw finishedMembers > 0 && isInHeader ? .trailingGarbage : .corrupt
        }
        return UnpackingStep(consumed: consumed, output: output(buffer.count - Int(stream.pointee.avail_out)))
    }

    private func output(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
