import Configuration

/// What the fields of a configuration may hold; one place for the draft and the configuration file.
///
/// Every rule answers `nil` when the value is fine, else what is expected.
enum FieldRules {
    /// The range of a channel's connect timeout.
    static let connectTimeout: ClosedRange<Duration> = .milliseconds(100) ... .seconds(300)
    /// The range of a channel's response timeout.
    static let responseTimeout: ClosedRange<Duration> = .milliseconds(100) ... .seconds(86400)

    static func name(_ text: String) -> String? {
        guard let first = text.first, let last = text.last, text.utf8.count <= 400, !Self.hasControl(text),
            !Self.beginsWithMark(text), !first.isWhitespace, !last.isWhitespace
        else { return "1 to 400 bytes of text without control characters or spaces around it" }
        return nil
    }

    static func notes(_ text: String) -> String? {
        text.utf8.count <= 65_536 && !text.utf8.contains(0) && !Self.beginsWithMark(text)
            ? nil : "at most 65536 bytes of text without NUL or a byte order mark"
    }

    /// A key travels in a header, so it must be one that a header can hold.
    static func apiKey(_ text: String) -> String? {
        text.utf8.count <= 16_384 && text.utf8.allSatisfy { $0 >= 0x21 && $0 != 0x7F } && !Self.beginsWithMark(text)
            ? nil : "text without spaces, line breaks or control characters"
    }

    static func baseURL(_ text: String) -> String? {
        let expected = "an http or https address without spaces, user name or password, such as https://api.openai.com"
        guard !text.isEmpty, text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            !Self.beginsWithMark(text)
        else {
            return expected
        }
        var rest = text[...]
        if let scheme = Self.scheme(of: text) {
            guard ["http", "https"].contains(scheme.lowercased()) else { return expected }
            rest = text.dropFirst(scheme.count + 3)
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.isEmpty || authority.contains("@") ? expected : nil
    }

    static func apiVersion(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { Self.isTokenByte($0) }
        return !text.isEmpty && text.utf8.count <= 64 && isPlain ? nil : "a version such as 2024-10-21"
    }

    static func timeout(_ duration: Duration, in range: ClosedRange<Duration>) -> String? {
        let isWhole = duration.components.attoseconds % 1_000_000_000_000_000 == 0
        guard range.contains(duration), isWhole else {
            let upper = range.upperBound.components.seconds
            return "a number of seconds from 0.1 to \(upper), with at most three decimals"
        }
        return nil
    }

    static func headerName(_ name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= 256, name.utf8.allSatisfy(Self.isTokenByte) else {
            return "a header name of letters, digits and !#$%&'*+-.^_`|~"  // RFC 9110 §5.1, §5.6.2
        }
        return Self.framingHeaders.contains(name.lowercased()) ? "a header that does not frame the message" : nil
    }

    static func headerValue(_ value: String) -> String? {
        // RFC 9110 §5.5: no CR, LF or NUL; other controls but tab are of no use to anybody.
        let isClean = value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
        return isClean && value.utf8.count <= 16_384 && !Self.beginsWithMark(value)
            ? nil : "text without line breaks or control characters"
    }

    static func headers(_ headers: [Channel.Header]) -> String? {
        var seen: Set<String> = []
        for header in headers {
            if let expected = Self.headerName(header.name) ?? Self.headerValue(header.value.value) { return expected }
            guard seen.insert(header.name.lowercased()).inserted else { return "headers with different names" }
        }
        return nil
    }

    static func hint(_ text: String) -> String? {
        text.count <= 8 && !Self.hasControl(text) ? nil : "at most 8 characters"
    }

    /// Headers that say how the message is framed (RFC 9110 §7.6.1, RFC 9112 §6); a channel that set them would break it.
    private static let framingHeaders: Set<String> = [
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    /// A byte order mark cannot be seen, comes with pasted text, and is lost by readers that take it for one.
    static func beginsWithMark(_ text: String) -> Bool { text.unicodeScalars.first == "\u{FEFF}" }

    static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            $0.properties.generalCategory == .control || $0 == "\u{2028}" || $0 == "\u{2029}"
        }
    }

    /// The letters before `://`, if there are any.
    static func scheme(of text: String) -> Substring? {
        let scheme = text.prefix { $0 != ":" }
        let isAddress = text.dropFirst(scheme.count).hasPrefix("://")
        return isAddress && !scheme.contains("/") ? scheme : nil
    }

    /// RFC 9110 §5.6.2 `tchar`.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
