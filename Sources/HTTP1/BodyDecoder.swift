/// Follows a message body through the buffers it comes in, without copying.
///
/// ```swift
/// var body = BodyDecoder(parser.framing)
/// var offset = parser.headLength
/// loop: while true {
///     switch try body.next(buffer.bytes, from: &offset) {
///     case .payload(let range): use(range)
///     case .needMore: break loop          // everything is used up: go on with a new buffer, from 0
///     case .end: break loop               // the next message begins at offset
///     }
/// }
/// ```
///
/// Nothing has to be kept between calls: chunk lines may be cut anywhere. Law: payload, verdict and end do not depend
/// on the cuts. Trailers are validated and passed over. Who forwards chunked framing as it came instead of the payload
/// forwards extensions and trailers with it.
///
/// Sources: [RFC 9112, section 6](https://www.rfc-editor.org/rfc/rfc9112#section-6),
/// [section 7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1).
public struct BodyDecoder: Sendable {
    /// The most bytes in a trailer section: 8 KiB.
    public static let maximumTrailerBytes = 8192
    /// The most bytes of extensions in one chunk line: 1 KiB.
    public static let maximumExtensionBytes = 1024

    private enum State {
        case ended, counted, chunked, untilClose
        case failed(HTTPSyntaxError)
    }

    private var state: State
    /// What is left of the body, or of the chunk.
    private var remaining = 0
    private var chunks = ChunkReader()

    /// Makes a decoder for one body.
    ///
    /// - Parameter framing: how its end is found; a negative length is none.
    public init(_ framing: BodyFraming) {
        switch framing {
        case .none: state = .ended
        case .length(let length):
            remaining = max(length, 0)
            state = remaining == 0 ? .ended : .counted
        case .chunked: state = .chunked
        case .untilClose: state = .untilClose
        }
    }

    /// Whether the body is complete.
    public var isComplete: Bool {
        if case .ended = state { return true }
        return false
    }

    /// Reads on.
    ///
    /// - Parameters:
    ///   - bytes: the bytes that have come in.
    ///   - offset: where to begin in them; afterwards behind what has been read.
    /// - Returns: what was found; ``BodyPiece/end`` again and again once the body is complete.
    /// - Throws: ``HTTPSyntaxError`` if the chunked framing is broken, from then on in each call.
    @inline(__always)
    public mutating func next(_ bytes: RawSpan, from offset: inout Int) throws(HTTPSyntaxError) -> BodyPiece {
        switch state {
        case .ended: return .end
        case .failed(let error): throw error
        case .counted:
            guard let piece = take(bytes.byteCount, &offset) else { return .needMore }
            if remaining == 0 { state = .ended }
            return piece
        case .untilClose:
            guard offset >= 0, offset < bytes.byteCount else { return .needMore }
            let range = offset..<bytes.byteCount
            offset = range.upperBound
            return .payload(range)
        case .chunked:
            if remaining == 0, let piece = try readChunkLines(bytes, &offset) { return piece }
            return take(bytes.byteCount, &offset) ?? .needMore
        }
    }

    /// Tells the decoder that the connection has been closed.
    ///
    /// - Returns: whether the body is complete now; otherwise it was cut short
    ///   ([RFC 9112, section 8](https://www.rfc-editor.org/rfc/rfc9112#section-8)).
    public mutating func connectionClosed() -> Bool {
        if case .untilClose = state { state = .ended }
        return isComplete
    }

    /// Takes as much of what remains as there is.
    @inline(__always)
    private mutating func take(_ count: Int, _ offset: inout Int) -> BodyPiece? {
        guard offset >= 0, offset < count else { return nil }
        let taken = min(remaining, count &- offset)
        let range = Range(uncheckedBounds: (offset, offset &+ taken))
        offset = range.upperBound
        remaining &-= taken
        return .payload(range)
    }

    /// Reads chunk lines up to the data of the next chunk.
    ///
    /// - Returns: `nil` if there is data, which may not have come in yet.
    private mutating func readChunkLines(
        _ bytes: RawSpan,
        _ offset: inout Int
    ) throws(HTTPSyntaxError) -> BodyPiece? {
        guard offset >= 0, offset < bytes.byteCount else { return .needMore }
        var position = offset
        let outcome: ChunkReader.Outcome
        do throws(HTTPSyntaxError) {
            outcome = try bytes.withUnsafeBytes { (buffer) throws(HTTPSyntaxError) in
                guard let base = buffer.baseAddress else { return .needMore }
                return try chunks.read(ByteWindow(base: base, count: buffer.count, limit: .max), &position)
            }
        } catch {
            state = .failed(error)
            throw error
        }
        offset = position
        switch outcome {
        case .needMore: return .needMore
        case .data(let size):
            remaining = size
            return nil
        case .end:
            state = .ended
            return .end
        }
    }
}
