import Configuration

extension FieldRules {
    /// The form of a proxy's address: `http`, `socks5` or `socks5h`, a host, perhaps a port, perhaps `user:password@`.
    static func proxy(_ text: String) -> String? {
        let expected = "env, none, or an address such as http://host:port, socks5://host:port or socks5h://host:port"
        guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let scheme = Self.scheme(of: text), ["http", "socks5", "socks5h"].contains(scheme.lowercased())
        else { return expected }
        var authority = text.dropFirst(scheme.count + 3)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard !authority.contains(where: { "/?#".contains($0) }) else { return expected }
        if authority.contains("@"), scheme.lowercased() != "http" {
            return "a SOCKS proxy without user name and password; an HTTP proxy may have them"
        }
        let hostAndPort = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return Self.isHostAndPort(hostAndPort) ? nil : expected
    }

    /// Whether a proxy's address holds a user name or a password.
    static func hasCredentials(_ proxy: String) -> Bool { proxy.contains("@") }

    private static func isHostAndPort(_ text: Substring) -> Bool {
        let host: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            host = text[text.index(after: text.startIndex)..<end]
            guard host.contains(":"), host.utf8.allSatisfy({ Self.isIPv6Byte($0) }) else { return false }
            return Self.isPort(text[text.index(after: end)...])
        }
        host = text.prefix { $0 != ":" }
        return !host.isEmpty && !host.contains(where: { "[]".contains($0) }) && Self.isPort(text.dropFirst(host.count))
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%") || (Self.isTokenByte(byte) && byte != UInt8(ascii: "'"))
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.hasPrefix(":") else { return text.isEmpty }
        let digits = text.dropFirst()
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return false }
        return Int(digits).map { (1...65535).contains($0) } ?? false
    }
}
