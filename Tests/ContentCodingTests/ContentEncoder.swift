import CZlib
import ContentCoding

/// Packs whole bodies.
enum ContentEncoder {
    /// Packs a body as one gzip member (RFC 1952).
    ///
    /// - Parameters:
    ///   - bytes: the body, possibly empty.
    ///   - level: 1, fastest, to 9, smallest; moved into that range, 6 unless told.
    /// - Returns: the packed body.
    /// - Throws: `ContentCodingError.outOfMemory`.
    static func gzip(_ bytes: [UInt8], level: Int = 6) throws(ContentCodingError) -> [UInt8] {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer {
            stream.deinitialize(count: 1)
            stream.deallocate()
        }
        let size = Int32(MemoryLayout<z_stream>.size)
        let level = Int32(min(max(level, 1), 9))
        // 15 bits of window and 16 more for the gzip wrapper; 8 is zlib's own default of memory.
        let status = deflateInit2_(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard status == Z_OK else { throw .outOfMemory }
        defer { deflateEnd(stream) }
        return try deflate(bytes, with: stream)
    }

    private static func deflate(
        _ bytes: [UInt8],
        with stream: UnsafeMutablePointer<z_stream>
    ) throws(ContentCodingError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var packed: [UInt8] = []
        var start = 0
        while true {
            let (status, consumed) = bytes.withUnsafeBytes { input in
                let count = min(input.count - start, 1 << 30)
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.advanced(by: start).assumingMemoryBound(to: UInt8.self)
                )
                stream.pointee.avail_in = UInt32(count)
                stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(buffer.count)
                let isLast = start + count == input.count
                let status = CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                return (status, count - Int(stream.pointee.avail_in))
            }
            start += consumed
            packed.append(contentsOf: buffer[..<(buffer.count - Int(stream.pointee.avail_out))])
            if status == Z_STREAM_END { return packed }
            guard status == Z_OK else { throw .outOfMemory }
        }
    }
}
