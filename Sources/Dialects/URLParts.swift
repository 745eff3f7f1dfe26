/// An http or https URL, taken apart as far as the gateway needs it.
struct URLParts {
    let usesTLS: Bool
    let host: String
    let port: Int
    let path: String
    let query: [(name: String, value: String)]

    /// Takes a URL apart; https is assumed when it has no scheme.
    init(_ text: String) throws(ProviderAddress.Invalid) {
        let trimmed = text.drop { $0.isWhitespace }
        var rest = trimmed[..<(trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex)]
        guard !rest.isEmpty else { throw ProviderAddress.Invalid(description: "the base URL is empty") }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ProviderAddress.Invalid(description: "the base URL holds a space or a character that is not ASCII")
        }
        self.usesTLS = try Self.takeScheme(&rest)
        guard !rest.contains("#") else {
            throw ProviderAddress.Invalid(description: "the base URL must not hold a fragment ('#…')")
        }
        let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        (self.host, self.port) = try Self.authority(rest[..<pathStart], defaultPort: self.usesTLS ? 443 : 80)
        let queryStart = rest.firstIndex(of: "?") ?? rest.endIndex
        self.path = String(rest[pathStart..<queryStart])
        self.query = rest[queryStart...].dropFirst().split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (PercentCoding.decode(parts[0]), parts.count > 1 ? PercentCoding.decode(parts[1]) : "")
        }
    }

    private static func takeScheme(_ rest: inout Substring) throws(ProviderAddress.Invalid) -> Bool {
        guard let end = rest.range(ofScheme: "://") else { return true }
        let scheme = rest[..<end.lowerBound].lowercased()
        rest = rest[end.upperBound...]
        switch scheme {
        case "https": return true
        case "http": return false
        default: throw ProviderAddress.Invalid(description: "the base URL must begin with https:// or http://")
        }
    }

    private static func authority(
        _ text: Substring,
        defaultPort: Int
    ) throws(ProviderAddress.Invalid) -> (String, Int) {
        guard !text.contains("@") else {
            throw ProviderAddress.Invalid(
                description: "the base URL must not hold a user name or password; use the API key field"
            )
        }
        let isBracketed = text.first == "["
        let close = isBracketed ? text.firstIndex(of: "]") : nil
        guard isBracketed == (close != nil) else {
            throw ProviderAddress.Invalid(description: "the base URL's address lacks a closing bracket")
        }
        let host = isBracketed ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
        let rest = close.map { text[text.index(after: $0)...] } ?? text.dropFirst(host.count)
        guard !host.isEmpty, rest.isEmpty || rest.first == ":",
            host.utf8.allSatisfy({ Self.isHostByte($0) || (isBracketed && $0 == UInt8(ascii: ":")) })
        else { throw ProviderAddress.Invalid(description: "the base URL has no valid host name") }
        guard !rest.isEmpty else { return (host.lowercased(), defaultPort) }
        guard rest.dropFirst().allSatisfy(\.isNumber), let port = Int(rest.dropFirst()), (1...65535).contains(port)
        else {
            throw ProviderAddress.Invalid(description: "the base URL's port must be a number from 1 to 65535")
        }
        return (host.lowercased(), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"): true
        default: false
        }
    }
}

extension Substring {
    /// The first place where `text` stands; the standard library has no search of its own without regular expressions.
    fileprivate func range(ofScheme text: String) -> Range<Index>? {
        var start = self.startIndex
        while start < self.endIndex {
            if self[start...].hasPrefix(text) { return start..<self.index(start, offsetBy: text.count) }
            start = self.index(after: start)
        }
        return nil
    }
}
