/// Unpacks one body, piece by piece.
///
/// A class, confined to whoever feeds it: the C library's state inside can be neither copied nor shared. A noncopyable struct
/// would say that better, but Swift 6.3.1 forgets to destroy an optional noncopyable variable in the body of a loop when a method
/// is called through `?`, and then the state leaks.
///
/// - Memory: 64 KiB for the piece handed out; gzip and deflate 45 KiB more; zstd its window, at most `2^maximumWindowBits` bytes, more.
/// - A body with no bytes at all is an empty body in every coding: answers without a body still carry `Content-Encoding`.
/// - Several gzip members and zstd frames one after the other are one body (RFC 1952 section 2.2, RFC 8878 section 3.1).
/// - After an error the decoder answers every call with the same error.
public final class ContentDecoder {
    private enum Engine {
        case identity
        case inflate(InflateStream)
        case zstd(ZstdStream)
    }

    /// The greatest length of the unpacked body in bytes.
    public let outputLimit: Int

    /// Bytes handed out so far.
    public private(set) var outputBytes = 0

    private let engine: Engine
    private var failure: ContentCodingError?

    /// Makes a decoder at the beginning of a body.
    ///
    /// - Parameters:
    ///   - coding: how the body is packed.
    ///   - outputLimit: the greatest length of the unpacked body in bytes; a negative one counts as 0.
    ///   - maximumWindowBits: the greatest zstd window as a power of two, moved into `10...30`; 27 (128 MiB) unless told. RFC 9659 lets
    ///     senders use 23 (8 MiB) at most.
    /// - Throws: `outOfMemory`.
    public init(
        _ coding: ContentCoding,
        outputLimit: Int,
        maximumWindowBits: Int = 27
    ) throws(ContentCodingError) {
        self.outputLimit = max(outputLimit, 0)
        engine =
            switch coding {
            case .identity: .identity
            case .gzip: .inflate(try InflateStream(isGzip: true))
            case .deflate: .inflate(try InflateStream(isGzip: false))
            case .zstd: .zstd(try ZstdStream(maximumWindowBits: min(max(maximumWindowBits, 10), 30)))
            }
    }

    /// Unpacks the next bytes of the body.
    ///
    /// - Parameters:
    ///   - bytes: the next bytes as they came, cut anywhere.
    ///   - take: gets the unpacked bytes in pieces of at most 64 KiB, valid during the call; together never more than `outputLimit`.
    /// - Throws: `ContentCodingError`; pieces before the broken place have been handed out.
    public func decode(_ bytes: RawSpan, into take: (RawSpan) -> Void) throws(ContentCodingError) {
        if let failure { throw failure }
        do throws(ContentCodingError) {
            switch engine {
            case .identity: try handOut(bytes, take)
            case .inflate(let stream): try decode(bytes, with: stream, take)
            case .zstd(let stream): try decode(bytes, with: stream, take)
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Unpacks the next bytes of the body from an array, as `decode(_:into:)` for a span does.
    ///
    /// - Throws: `ContentCodingError`.
    public func decode(_ bytes: [UInt8], into take: (RawSpan) -> Void) throws(ContentCodingError) {
        try decode(bytes.span.bytes, into: take)
    }

    /// Ends the body.
    ///
    /// - Throws: `truncated` if the packed stream is not at an end, or the error of an earlier call.
    public func finish() throws(ContentCodingError) {
        if let failure { throw failure }
        let isWhole =
            switch engine {
            case .identity: true
            case .inflate(let stream): stream.isAtEnd
            case .zstd(let stream): stream.isAtEnd
            }
        if !isWhole {
            failure = .truncated
            throw .truncated
        }
    }

    private func decode(
        _ bytes: RawSpan,
        with stream: some UnpackingStream,
        _ take: (RawSpan) -> Void
    ) throws(ContentCodingError) {
        guard !bytes.isEmpty else { return }
        var start = 0
        while true {
            let step = try stream.step(bytes.extracting(start..<bytes.byteCount))
            start += step.consumed
            try handOut(step.output.bytes, take)
            // A full output may hide more behind it even when all input is taken.
            if start == bytes.byteCount, !step.filledOutput { return }
            // Neither library does this; it keeps a surprise from becoming an endless loop.
            guard step.consumed > 0 || !step.output.isEmpty else { throw .corrupt }
        }
    }

    private func handOut(_ bytes: RawSpan, _ take: (RawSpan) -> Void) throws(ContentCodingError) {
        let room = outputLimit - outputBytes
        let count = min(bytes.byteCount, room)
        outputBytes += count
        if count > 0 { take(bytes.extracting(0..<count)) }
        guard count == bytes.byteCount else { throw .tooLarge(limit: outputLimit) }
    }
}

extension ContentDecoder {
    /// Unpacks a whole body.
    ///
    /// - Returns: the unpacked body.
    /// - Throws: `ContentCodingError`.
    public static func decode(
        _ bytes: [UInt8],
        _ coding: ContentCoding,
        outputLimit: Int
    ) throws(ContentCodingError) -> [UInt8] {
        let decoder = try ContentDecoder(coding, outputLimit: outputLimit)
        var body: [UInt8] = []
        try decoder.decode(bytes.span.bytes) { piece in piece.withUnsafeBytes { body.append(contentsOf: $0) } }
        try decoder.finish()
        return body
    }
}
