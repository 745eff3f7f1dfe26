/// The form of a request target.
///
/// Source: [RFC 9112, section 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2).
public enum TargetForm: UInt8, Hashable, Sendable {
    /// A path and perhaps a query: `/v1/models?limit=1`.
    case origin
    /// A whole URI, as clients send it to a proxy: `http://host/path`.
    case absolute
    /// A host and a port; CONNECT only.
    case authority
    /// The server as a whole, `*`; OPTIONS only.
    case asterisk
}

/// A target taken apart.
struct RequestTarget {
    var form: TargetForm
    var authority: Range<Int>?
    var pathAndQuery: Range<Int>

    /// Takes apart a target whose characters have been checked.
    @inline(__always)
    init(_ window: ByteWindow, _ range: Range<Int>, _ method: RequestMethod) throws(HTTPSyntaxError) {
        guard let first = range.first else { throw .malformedRequestLine }
        if window[first] == 0x2F, method != .connect {
            form = .origin
            authority = nil
            pathAndQuery = range
        } else {
            self = try Self(unusual: window, range, method)
        }
    }

    private init(
        unusual window: ByteWindow,
        _ range: Range<Int>,
        _ method: RequestMethod
    ) throws(HTTPSyntaxError) {
        let none = range.upperBound..<range.upperBound
        if method == .connect {
            guard window.isAuthority(range, needsPort: true) else { throw .invalidTarget }
            form = .authority
            authority = range
            pathAndQuery = none
            return
        }
        if method == .options, window.equalsIgnoringCase(range, "*") {
            form = .asterisk
            authority = nil
            pathAndQuery = none
            return
        }
        guard let authorityStart = window.schemeEnd(range) else { throw .invalidTarget }
        var pathStart = authorityStart
        while pathStart < range.upperBound, window[pathStart] != 0x2F, window[pathStart] != 0x3F { pathStart += 1 }
        guard window.isAuthority(authorityStart..<pathStart, needsPort: false) else { throw .invalidHost }
        form = .absolute
        authority = authorityStart..<pathStart
        pathAndQuery = pathStart..<range.upperBound
    }
}

extension ByteWindow {
    /// Where the authority of an `http` or `https` URI begins.
    ///
    /// Source: [RFC 9110, section 4.2](https://www.rfc-editor.org/rfc/rfc9110#section-4.2).
    fileprivate func schemeEnd(_ range: Range<Int>) -> Int? {
        let lower = range.lowerBound
        if range.count > 7, equalsIgnoringCase(lower..<lower + 7, "http://") { return lower + 7 }
        if range.count > 8, equalsIgnoringCase(lower..<lower + 8, "https://") { return lower + 8 }
        return nil
    }

    /// Whether the range holds a host with an optional port.
    ///
    /// Narrower than the grammar: no user information, no percent-encoding, no sub-delimiters, no empty host
    /// or port. No client of this gateway has such a host, and each of them is read in more than one way.
    /// Sources: [RFC 9110, section 7.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.2),
    /// [RFC 3986, section 3.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2).
    func isAuthority(_ range: Range<Int>, needsPort: Bool) -> Bool {
        guard let first = range.first else { return false }
        guard let hostEnd = self[first] == 0x5B ? addressLiteralEnd(range) : nameEnd(range) else { return false }
        if hostEnd == range.upperBound { return !needsPort }
        let digits = hostEnd + 1..<range.upperBound
        guard self[hostEnd] == .colon, (1...5).contains(digits.count) else { return false }
        var port = 0
        for index in digits {
            guard self[index].isDigit else { return false }
            port = port * 10 + Int(self[index] &- 0x30)
        }
        return port <= 65535
    }

    /// The end of a registered name or an IPv4 address: letters, digits and `-._~`.
    private func nameEnd(_ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = self[index]
            let isPunctuation = byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
            guard byte.isLetter || byte.isDigit || isPunctuation else { break }
            index += 1
        }
        return index > range.lowerBound ? index : nil
    }

    /// The end of an IPv6 address in brackets: hexadecimal digits, dots, and at least two colons.
    private func addressLiteralEnd(_ range: Range<Int>) -> Int? {
        var index = range.lowerBound + 1
        var colons = 0
        while index < range.upperBound, self[index] != 0x5D {
            guard self[index].isHexDigit || self[index] == 0x2E || self[index] == .colon else { return nil }
            if self[index] == .colon { colons += 1 }
            index += 1
        }
        guard index < range.upperBound, colons >= 2 else { return nil }
        return index + 1
    }
}
