/// Writes the framing of chunked bodies and the numbers of heads, without allocation.
///
/// ```swift
/// ChunkedEncoder.header(payload.readableBytes) { out.writeBytes($0) }
/// out.writeBuffer(&payload)
/// out.writeStaticString(ChunkedEncoder.chunkEnd)
/// ```
///
/// Source: [RFC 9112, section 7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1).
public enum ChunkedEncoder {
    /// What follows the data of a chunk.
    public static var chunkEnd: StaticString { "\r\n" }

    /// What ends a body: the last chunk and an empty trailer section.
    public static var bodyEnd: StaticString { "0\r\n\r\n" }

    /// Makes the line before the data of a chunk: the size in hexadecimal and CRLF.
    ///
    /// - Parameters:
    ///   - size: the bytes of data. Do not write a chunk of none, which would end the body; less counts as none.
    ///   - body: gets the bytes, at most 18, for the time of the call.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    @inlinable
    public static func header<Result, Failure: Error>(
        _ size: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try NumberWriter.write(max(size, 0), radix: 16, suffix: true, body)
    }

    /// Makes the decimal digits of a number, as Content-Length or a status want them.
    ///
    /// - Parameters:
    ///   - number: the number; less than zero counts as zero.
    ///   - body: gets the bytes, at most 19, for the time of the call.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    @inlinable
    public static func decimal<Result, Failure: Error>(
        _ number: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try NumberWriter.write(max(number, 0), radix: 10, suffix: false, body)
    }
}

/// Writes digits from the right into bytes on the stack.
@usableFromInline
enum NumberWriter {
    @inlinable
    static func write<Result, Failure: Error>(
        _ number: Int,
        radix: Int,
        suffix: Bool,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Twenty-four bytes: sixteen or nineteen digits and a line end fit.
        var storage: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var start = 24
        let result: Swift.Result<Result, Failure> = withUnsafeMutableBytes(of: &storage) { bytes in
            if suffix {
                bytes[22] = 0x0D
                bytes[23] = 0x0A
                start = 22
            }
            var rest = number
            repeat {
                let digit = UInt8(truncatingIfNeeded: rest % radix)
                rest /= radix
                start &-= 1
                bytes[start] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
            } while rest > 0
            do throws(Failure) {
                return .success(try body(UnsafeRawBufferPointer(rebasing: bytes[start...])))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
