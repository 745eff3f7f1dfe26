public import Configuration

/// Where a channel's calls go: its base URL, understood.
///
/// Base URLs are taken as people paste them: without scheme (https is assumed), with a trailing slash, with or without
/// `/v1`, or as a whole endpoint. What is added follows `product.md` §2.
public struct ProviderAddress: Sendable, Hashable {
    /// A base URL that cannot be used.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong and how to mend it.
        public let description: String
    }

    /// Whether calls go over TLS.
    public let usesTLS: Bool
    /// The host name or address, without brackets.
    public let host: String
    /// The port.
    public let port: Int
    /// The path all calls begin with: empty, or with a leading and without a trailing slash.
    public let basePath: String
    /// `api-version` from the URL's query; Azure only.
    public let apiVersion: String?

    /// The `Host` header: the port is left out when it is the scheme's own.
    public var authority: String {
        let name = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.usesTLS ? 443 : 80) ? name : "\(name):\(self.port)"
    }

    /// The address as a URL.
    public var url: String { "\(self.usesTLS ? "https" : "http")://\(self.authority)\(self.basePath)" }

    /// Understands a base URL.
    ///
    /// - Throws: ``Invalid`` when it is no http or https URL, or holds a user name, a fragment or a stray query.
    public init(baseURL: String, type: APIType) throws(Invalid) {
        let parts = try URLParts(baseURL)
        var segments = parts.path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        Self.dropEndpoint(from: &segments, type: type)
        Self.complete(&segments, type: type, host: parts.host)
        let version = parts.query.first { $0.name == "api-version" }?.value
        guard type == .azure || parts.query.isEmpty else {
            throw Invalid(description: "the base URL must not hold a query ('?…'); keys belong into the API key field")
        }
        self.usesTLS = parts.usesTLS
        self.host = parts.host
        self.port = parts.port
        self.basePath = segments.isEmpty ? "" : "/" + segments.joined(separator: "/")
        self.apiVersion = version
    }

    /// Takes a pasted endpoint off the end.
    private static func dropEndpoint(from segments: inout [String], type: APIType) {
        if type == .azure, let index = segments.firstIndex(of: "deployments") {
            segments.removeSubrange(index...)
            return
        }
        if type == .gemini {
            if let index = segments.firstIndex(of: "models") { segments.removeSubrange(index...) }
            return
        }
        let endings = Endpoint.plain.map { $0.name.split(separator: "/").map(String.init) } + [["models"]]
        for ending in endings.sorted(by: { $0.count > $1.count }) where segments.ends(with: ending) {
            segments.removeLast(ending.count)
            return
        }
    }

    /// Adds the version, and what else the type or the host is known to want.
    private static func complete(_ segments: inout [String], type: APIType, host: String) {
        switch type {
        case .custom: return
        case .azure:
            if segments.first != "openai" { segments.insert("openai", at: 0) }
        case .gemini:
            if !segments.contains(where: Self.isVersion) { segments.append("v1beta") }
        case .anthropic:
            // MiniMax serves Anthropic's protocol beneath /anthropic only.
            if Self.isMiniMax(host), !segments.contains("anthropic") { segments.insert("anthropic", at: 0) }
            if !segments.contains(where: Self.isVersion) { segments.append("v1") }
        case .openai:
            if !segments.contains(where: Self.isVersion) { segments.append("v1") }
        }
    }

    private static func isMiniMax(_ host: String) -> Bool {
        ["minimaxi.com", "minimax.chat", "minimax.io"].contains { host == $0 || host.hasSuffix(".\($0)") }
    }

    /// `v1`, `v4`, `v1beta`, `v1beta2`: a path that has its version already gets no other.
    private static func isVersion(_ segment: String) -> Bool {
        guard segment.first == "v" else { return false }
        let rest = segment.dropFirst()
        guard let digit = rest.first, digit.isASCII, digit.isNumber else { return false }
        let suffix = rest.drop { $0.isASCII && $0.isNumber }
        return suffix.isEmpty || suffix.hasPrefix("beta") || suffix.hasPrefix("alpha")
    }
}

extension [String] {
    fileprivate func ends(with ending: [String]) -> Bool {
        self.count >= ending.count && self.suffix(ending.count).elementsEqual(ending)
    }
}
