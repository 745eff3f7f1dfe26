/// Where connections of one kind lead: calls to the same origin may share them.
struct Origin: Sendable, Hashable {
    /// The provider's host name or address.
    var host: String
    /// The provider's port.
    var port: Int
    /// Whether calls go over TLS.
    var usesTLS: Bool
    /// What they go through.
    var proxy: ProxyAddress?
}

/// A proxy on the way to a provider.
public struct ProxyAddress: Sendable, Hashable {
    /// What the proxy speaks.
    public enum Form: Sendable, Hashable {
        /// HTTP: `CONNECT` for TLS, absolute request targets otherwise.
        case http
        /// SOCKS version 5; the proxy resolves the name.
        case socks5
    }

    /// A proxy URL that cannot be used.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong and how to mend it; never holds the URL's password.
        public let description: String
    }

    /// What the proxy speaks.
    public var form: Form
    /// The proxy's host name or address.
    public var host: String
    /// The proxy's port.
    public var port: Int
    /// The value of `Proxy-Authorization`, when the URL holds a user name.
    var authorization: String?

    /// Reads `http://[user:password@]host[:port]` or `socks5://host[:port]` (also `socks5h`, `socks`); `http` is assumed.
    ///
    /// - Throws: ``Invalid``.
    public init(url: String) throws(Invalid) {
        var rest = url[...]
        var scheme = "http"
        if let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") {
            scheme = rest[..<colon].lowercased()
            rest = rest[rest.index(colon, offsetBy: 3)...]
        }
        switch scheme {
        case "http": self.form = .http
        case "socks5", "socks5h", "socks": self.form = .socks5
        default:
            throw Invalid(description: "proxies begin with http:// or socks5://, not with \(scheme)://")
        }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var user: Substring?
        if let at = rest.lastIndex(of: "@") {
            user = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        (self.host, self.port) = try Self.hostAndPort(rest, defaultPort: self.form == .http ? 8080 : 1080)
        if let user {
            guard self.form == .http else {
                throw Invalid(description: "SOCKS proxies with a user name are not supported; use an HTTP proxy")
            }
            self.authorization = "Basic " + Base64.encode(Array(PercentText.decode(user).utf8))
        }
    }

    private static func hostAndPort(_ text: Substring, defaultPort: Int) throws(Invalid) -> (String, Int) {
        var host = text
        var port = defaultPort
        let close = text.first == "[" ? text.firstIndex(of: "]") : nil
        if let colon = text[(close ?? text.startIndex)...].lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65535).contains(number) else {
                throw Invalid(description: "the proxy's port must be a number from 1 to 65535")
            }
            port = number
            host = text[..<colon]
        }
        let name = host.filter { $0 != "[" && $0 != "]" }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Invalid(description: "the proxy URL has no host name")
        }
        return (name, port)
    }
}
