/// Reads the heads of HTTP/1.1 responses in place: what it finds are positions, relative to the head's first byte.
///
/// Used like ``RequestHeadParser``, with the same laws. Interim responses (1xx) are heads like any other:
/// the caller passes over them and parses again behind ``headLength``; 101 ends HTTP on the connection.
///
/// Source: [RFC 9112, section 4](https://www.rfc-editor.org/rfc/rfc9112#section-4).
public struct ResponseHeadParser {
    /// How much is read before a head is refused.
    public let limits: HeadLimits
    /// The bytes of the head, from its first one to the end of the empty line.
    public private(set) var headLength = 0
    /// The status code, 100 to 999.
    public private(set) var status = 0
    /// Where the reason phrase stands; may be empty.
    public private(set) var reason = 0..<0
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    public private(set) var minorVersion = 1

    @usableFromInline var section = FieldSection()
    private var progress = LineProgress()
    private var stage = Stage.statusLine

    private enum Stage {
        case statusLine, fields, complete
        case failed(HTTPSyntaxError)
    }

    /// Makes a parser.
    ///
    /// - Parameter limits: how much is read before a head is refused.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// The field lines in the order they came in.
    @inlinable public var fields: [HeadField] { section.fields }

    /// Where the value of the first Upgrade field stands.
    @inlinable public var upgrade: Range<Int>? { section.first(.upgrade) }

    /// Whether there is such a field.
    ///
    /// - Parameter known: the field that is looked for.
    /// - Returns: whether there is.
    @inlinable
    public func contains(_ known: KnownField) -> Bool { section.contains(known) }

    /// Where the value of the first such field stands.
    ///
    /// - Parameter known: the field that is looked for.
    /// - Returns: its position, or `nil` if there is none.
    @inlinable
    public func first(_ known: KnownField) -> Range<Int>? { section.first(known) }

    /// Whether a Connection field names this one, which makes it hop-by-hop whatever it is.
    ///
    /// - Parameters:
    ///   - field: one of ``fields``.
    ///   - bytes: the bytes of the head.
    /// - Returns: whether one does.
    public func isNominatedByConnection(_ field: HeadField, in bytes: RawSpan) -> Bool {
        section.isNominatedByConnection(field, in: bytes, headLength: headLength)
    }

    /// How the body is framed.
    ///
    /// Source: [RFC 9112, section 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
    ///
    /// - Parameter requestMethodIsHead: whether this answers a HEAD, whose response never has a body.
    /// - Returns: the framing.
    public func framing(requestMethodIsHead: Bool) -> BodyFraming {
        if requestMethodIsHead || status < 200 || status == 204 || status == 304 { return .none }
        if section.isChunked { return .chunked }
        return section.contentLength.map(BodyFraming.length) ?? .untilClose
    }

    /// Whether the connection can take another request after this response.
    ///
    /// Not after a body that ends with the connection, and not after a 1xx or 204 that announces a body, because some
    /// servers then send it, too ([RFC 9112, section 6.1](https://www.rfc-editor.org/rfc/rfc9112#section-6.1)).
    ///
    /// - Parameter requestMethodIsHead: whether this answers a HEAD.
    /// - Returns: whether it can.
    public func keepsAlive(requestMethodIsHead: Bool) -> Bool {
        guard section.keepsAlive(minorVersion: minorVersion) else { return false }
        guard framing(requestMethodIsHead: requestMethodIsHead) != .untilClose else { return false }
        guard status < 200 || status == 204 else { return true }
        return !section.isChunked && (section.contentLength ?? 0) == 0
    }
}

extension ResponseHeadParser {
    /// Forgets the current head, complete or not, and any error; the next call begins with a first byte.
    public mutating func reset() {
        section.removeAll()
        progress = LineProgress()
        stage = .statusLine
        headLength = 0
    }

    /// Reads on.
    ///
    /// - Parameter bytes: everything that has come in since the head's first byte, which is the same in each
    ///   call; there may be more behind the head.
    /// - Returns: whether the head is complete. Only then do the properties describe it.
    /// - Throws: ``HTTPSyntaxError`` if this is no HTTP/1.1 response head; nothing more can be read here.
    public mutating func parse(_ bytes: RawSpan) throws(HTTPSyntaxError) -> Bool {
        switch stage {
        case .complete: reset()
        case .failed(let error): throw error
        default: break
        }
        do throws(HTTPSyntaxError) {
            return try bytes.withUnsafeBytes { (buffer) throws(HTTPSyntaxError) -> Bool in
                guard let base = buffer.baseAddress else { return false }
                return try advance(ByteWindow(base: base, count: buffer.count, limit: limits.maximumHeadBytes))
            }
        } catch {
            stage = .failed(error)
            throw error
        }
    }

    @inline(__always)
    private mutating func advance(_ window: ByteWindow) throws(HTTPSyntaxError) -> Bool {
        guard progress.start <= window.end else { return false }
        if case .statusLine = stage {
            guard try readStatusLine(window) else { return false }
            stage = .fields
        }
        guard try section.read(window, &progress, maximumCount: limits.maximumFieldCount) else { return false }
        try section.checkFraming(minorVersion: minorVersion)
        headLength = progress.start
        stage = .complete
        return true
    }

    @inline(__always)
    private mutating func readStatusLine(_ window: ByteWindow) throws(HTTPSyntaxError) -> Bool {
        guard window.end > 0 else { return false }
        // Whatever does not begin like a version is refused at once, with or without a line feed.
        guard window[0] == 0x48 else { throw .malformedStatusLine }
        guard progress.isReady(window) else { return false }
        let line: StatusLine?
        do throws(HTTPSyntaxError) {
            line = try StatusLine(window)
        } catch {
            try progress.judge(error, window)
            return false
        }
        guard let line else {
            try progress.waitForMore(window)
            return false
        }
        minorVersion = line.minorVersion
        status = line.status
        reason = line.reason
        progress.advance(to: line.next)
        return true
    }
}
