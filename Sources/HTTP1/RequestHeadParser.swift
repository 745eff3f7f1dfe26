/// Reads the heads of HTTP/1.1 requests in place: what it finds are positions, relative to the head's first byte.
///
/// Strict on purpose: a gateway that repairs what it reads can be made to see another message boundary than its
/// neighbours (request smuggling), so whatever is ambiguous is refused.
///
/// ```swift
/// var parser = RequestHeadParser()
/// while try parser.parse(buffer.bytes) {                // false: call again with the same bytes and more
///     let body = BodyDecoder(parser.framing)            // begins at parser.headLength
///     …
/// }
/// ```
///
/// One parser serves a connection: after a complete head the next call begins a new one, and the storage of the
/// field table is kept (as long as nobody holds a copy of ``fields``). After an error every call throws the same
/// error until ``reset()``.
///
/// Law: the answer for a sequence of bytes does not depend on how they were cut into calls.
///
/// Source: [RFC 9112, sections 2 to 5](https://www.rfc-editor.org/rfc/rfc9112#section-2).
public struct RequestHeadParser {
    /// How much is read before a head is refused.
    public let limits: HeadLimits
    /// The bytes of the head, from its first one (a tolerated empty line included) to the end of the empty line.
    public internal(set) var headLength = 0
    /// The method.
    public internal(set) var method = RequestMethod.other
    /// Where the method stands.
    public internal(set) var methodRange = 0..<0
    /// Where the whole target stands.
    public internal(set) var target = 0..<0
    /// The form of the target.
    public internal(set) var targetForm = TargetForm.origin
    /// Where the target's authority stands; absolute and authority form only.
    public internal(set) var authority: Range<Int>?
    /// Where path and query stand: the whole target in origin form; in absolute form what follows the authority,
    /// which may be empty or begin with `?`; empty in the other forms.
    public internal(set) var pathAndQuery = 0..<0
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    public internal(set) var minorVersion = 1
    /// How the body is framed; never ``BodyFraming/untilClose``.
    public internal(set) var framing = BodyFraming.none
    /// Whether the client means to keep the connection open after the response.
    public internal(set) var keepsAlive = false
    /// Whether the client waits for a 100 (Continue) before it sends the body.
    public internal(set) var expectsContinue = false
    /// Whether this is the opening handshake of a WebSocket.
    public internal(set) var isWebSocketUpgrade = false

    @usableFromInline var section = FieldSection()
    var progress = LineProgress()
    var stage = Stage.start

    enum Stage {
        case start, requestLine, fields, complete
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

    /// Where the host stands that the request is meant for: the target's authority, else the Host field.
    ///
    /// Source: [RFC 9112, section 3.3](https://www.rfc-editor.org/rfc/rfc9112#section-3.3).
    @inlinable public var host: Range<Int>? { authority ?? section.first(.host) }

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
}

extension RequestHeadParser {
    /// Forgets the current head, complete or not, and any error; the next call begins with a first byte.
    public mutating func reset() {
        section.removeAll()
        progress = LineProgress()
        stage = .start
        headLength = 0
    }

    /// Reads on.
    ///
    /// - Parameter bytes: everything that has come in since the head's first byte, which is the same in each
    ///   call; there may be more behind the head.
    /// - Returns: whether the head is complete. Only then do the properties describe it.
    /// - Throws: ``HTTPSyntaxError`` if this is no HTTP/1.1 request head; nothing more can be read here.
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
        if case .start = stage {
            guard try skipEmptyLine(window) else { return false }
            stage = .requestLine
        }
        if case .requestLine = stage {
            guard try readRequestLine(window) else { return false }
            stage = .fields
        }
        guard try section.read(window, &progress, maximumCount: limits.maximumFieldCount) else { return false }
        try finish(window)
        headLength = progress.start
        stage = .complete
        return true
    }

    /// Draws the conclusions of a whole head.
    @inline(__always)
    private mutating func finish(_ window: ByteWindow) throws(HTTPSyntaxError) {
        try checkHost(window)
        try section.checkFraming(minorVersion: minorVersion)
        // https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6: CONNECT has no content; some would read the framing anyway.
        if method == .connect, section.isChunked || section.contentLength != nil { throw .contentInConnect }
        if section.isChunked {
            framing = .chunked
        } else if let length = section.contentLength {
            framing = .length(length)
        } else {
            framing = .none
        }
        keepsAlive = section.keepsAlive(minorVersion: minorVersion)
        expectsContinue = minorVersion == 1 && hasContinueExpectation(window)
        isWebSocketUpgrade = minorVersion == 1 && method == .get && namesWebSocket(window)
    }

    /// Exactly one valid Host in HTTP/1.1, at most one in HTTP/1.0, and none that contradicts the target.
    ///
    /// A recipient may ignore Host when the target has an authority; two that differ are refused because the next
    /// recipient may choose the other one.
    /// Source: [RFC 9112, section 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2).
    @inline(__always)
    private func checkHost(_ window: ByteWindow) throws(HTTPSyntaxError) {
        guard let host = section.first(.host) else {
            if minorVersion == 1 { throw .missingHost }
            return
        }
        guard window.isAuthority(host, needsPort: false) else { throw .invalidHost }
        if let authority, !window.equalsIgnoringCase(host, authority) { throw .conflictingHost }
    }

    /// Source: [RFC 9110, section 10.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1).
    private func hasContinueExpectation(_ window: ByteWindow) -> Bool {
        guard let value = section.first(.expect) else { return false }
        return window.equalsIgnoringCase(value, "100-continue")
    }

    /// Source: [RFC 6455, section 4.2.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1).
    private func namesWebSocket(_ window: ByteWindow) -> Bool {
        guard section.connection.contains(.upgrade), let value = section.first(.upgrade) else { return false }
        var elements = ListElements(window, value)
        while let element = elements.next() {
            if window.equalsIgnoringCase(element, "websocket") { return true }
        }
        return false
    }
}
