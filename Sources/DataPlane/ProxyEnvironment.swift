/// The proxies that the environment names, as curl and most programs read them.
public struct ProxyEnvironment: Sendable {
    private let https: ProxyAddress?
    private let http: ProxyAddress?
    private let exceptions: [Substring]

    /// What was set and could not be used, in words.
    public let problems: [String]

    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; lower-case names win.
    public init(_ environment: [String: String]) {
        var problems: [String] = []
        func proxy(_ names: [String]) -> ProxyAddress? {
            for name in names {
                guard let text = environment[name], !text.isEmpty else { continue }
                do throws(ProxyAddress.Invalid) {
                    return try ProxyAddress(url: text)
                } catch {
                    problems.append("\(name): \(error)")
                }
            }
            return nil
        }
        self.https = proxy(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
        self.http = proxy(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
        let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        self.exceptions = list.lowercased().split { $0 == "," || $0.isWhitespace }
        self.problems = problems
    }

    /// The proxy for calls to a host; `nil` when they go directly.
    ///
    /// Loopback never goes through a proxy.
    func proxy(host: String, port: Int, usesTLS: Bool) -> ProxyAddress? {
        guard !Loopback.contains(host), !self.isExcepted(host, port: port) else { return nil }
        return usesTLS ? self.https : self.http
    }

    /// `example.com` and `.example.com` cover the name and everything beneath; `*` covers all; a port narrows.
    ///
    /// Addresses of version 6 may be bracketed, and are when they have a port.
    private func isExcepted(_ host: String, port: Int) -> Bool {
        self.exceptions.contains { exception in
            if exception == "*" { return true }
            var name = exception
            let isBracketed = exception.first == "["
            if let colon = exception.lastIndex(of: ":"),
                isBracketed ? exception[..<colon].last == "]" : exception.filter({ $0 == ":" }).count == 1
            {
                guard exception[exception.index(after: colon)...] == String(port) else { return false }
                name = exception[..<colon]
            }
            name = isBracketed ? name.dropFirst().prefix { $0 != "]" } : name.drop { $0 == "." || $0 == "*" }
            return !name.isEmpty && (host == name || host.hasSuffix(".\(name)"))
        }
    }
}

/// Addresses of this machine itself.
public enum Loopback {
    /// Whether a host name or address means this machine.
    public static func contains(_ host: String) -> Bool {
        let host = host.lowercased().filter { $0 != "[" && $0 != "]" }
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "0:0:0:0:0:0:0:1" {
            return true
        }
        if host.hasPrefix("::ffff:127.") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
