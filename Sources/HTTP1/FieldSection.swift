/// The field lines of a head and what the message framing needs to know of them.
///
/// The storage of the table is kept from one message to the next.
@usableFromInline
struct FieldSection {
    /// The field lines in the order they came in.
    @usableFromInline private(set) var fields: [HeadField] = []
    /// One bit for each ``KnownField`` that is present.
    @usableFromInline private(set) var present: UInt64 = 0
    private(set) var contentLength: Int?
    private(set) var connection: ConnectionOptions = []

    init() {
        fields.reserveCapacity(32)
    }

    mutating func removeAll() {
        fields.removeAll(keepingCapacity: true)
        present = 0
        contentLength = nil
        connection = []
    }

    @inlinable
    func contains(_ known: KnownField) -> Bool {
        present & (1 &<< UInt64(known.rawValue)) != 0
    }

    @inlinable
    func first(_ known: KnownField) -> Range<Int>? {
        guard contains(known) else { return nil }
        for field in fields where field.known == known { return field.value }
        return nil
    }

    /// Reads field lines until the empty line.
    ///
    /// - Returns: whether the section is complete; `progress` then stands behind it.
    @inline(__always)
    mutating func read(
        _ window: ByteWindow,
        _ progress: inout LineProgress,
        maximumCount: Int
    ) throws(HTTPSyntaxError) -> Bool {
        while progress.isReady(window) {
            let line: FieldLine
            do throws(HTTPSyntaxError) {
                line = try FieldLine(window, at: progress.start)
                if case .field(let field, _) = line { try add(field, window, maximumCount) }
            } catch {
                try progress.judge(error, window)
                return false
            }
            switch line {
            case .incomplete:
                try progress.waitForMore(window)
                return false
            case .field(_, let next):
                progress.advance(to: next)
            case .end(let next):
                progress.advance(to: next)
                return true
            }
        }
        return false
    }

    @inline(__always)
    private mutating func add(
        _ field: HeadField,
        _ window: ByteWindow,
        _ maximumCount: Int
    ) throws(HTTPSyntaxError) {
        guard fields.count < maximumCount else { throw .tooManyFields }
        switch field.known {
        case .host:
            if contains(.host) { throw .duplicateHost }
        case .contentLength:
            if contains(.contentLength) { throw .duplicateContentLength }
            guard !window.hasTabBeside(field) else { throw .invalidContentLength }
            contentLength = try window.contentLength(field.value)
        case .transferEncoding:
            if contains(.transferEncoding) { throw .duplicateTransferEncoding }
            guard !window.hasTabBeside(field) else { throw .invalidTransferEncoding }
            try window.checkTransferEncoding(field.value)
        case .connection:
            connection.formUnion(window.connectionOptions(field.value))
        default: break
        }
        present |= 1 &<< UInt64(field.known.rawValue)
        fields.append(field)
    }
}

extension FieldSection {
    /// Whether the body is chunked; the value has been checked when its line was read.
    var isChunked: Bool { contains(.transferEncoding) }

    /// Refuses contradictory framing.
    ///
    /// A message with both fields, or with a transfer coding in HTTP/1.0, is refused rather than repaired.
    /// Sources: [RFC 9112, section 6.1](https://www.rfc-editor.org/rfc/rfc9112#section-6.1),
    /// [section 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
    func checkFraming(minorVersion: Int) throws(HTTPSyntaxError) {
        guard isChunked else { return }
        if contentLength != nil { throw .contentLengthWithTransferEncoding }
        if minorVersion == 0 { throw .transferEncodingInHTTP10 }
    }

    /// Whether the sender means to keep the connection open.
    ///
    /// Source: [RFC 9112, section 9.3](https://www.rfc-editor.org/rfc/rfc9112#section-9.3).
    func keepsAlive(minorVersion: Int) -> Bool {
        if connection.contains(.close) { return false }
        return minorVersion == 1 || connection.contains(.keepAlive)
    }

    /// Whether a Connection field names this one.
    ///
    /// Source: [RFC 9110, section 7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1).
    func isNominatedByConnection(_ field: HeadField, in bytes: RawSpan, headLength: Int) -> Bool {
        guard contains(.connection), bytes.byteCount >= headLength else { return false }
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            return nominates(field, ByteWindow(base: base, count: headLength, limit: headLength))
        }
    }

    private func nominates(_ field: HeadField, _ window: ByteWindow) -> Bool {
        guard field.name.upperBound <= window.end else { return false }
        for other in fields where other.known == .connection {
            var elements = ListElements(window, other.value)
            while let element = elements.next() {
                if window.equalsIgnoringCase(element, field.name) { return true }
            }
        }
        return false
    }
}
