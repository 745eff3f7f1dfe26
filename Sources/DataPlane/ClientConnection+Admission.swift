import Configuration
import Dialects
import GenerationModel
import HTTP1
import Relay
import Routing

/// Who may ask, and for what.
extension ClientConnection {
    /// Why a request is refused already for its head; `nil` when it is not.
    func refusalOfHead(_ path: InboundPath) -> Refusal? {
        if self.head.isWebSocketUpgrade {
            return Refusal(
                status: 426,
                message: "WebSockets are not served here; use plain HTTP requests",
                headerLines: "upgrade: HTTP/1.1\r\n"
            )
        }
        if let refusal = self.refusalOfOrigin() { return refusal }
        if let refusal = self.refusalOfMethod(path) { return refusal }
        guard path.isModelEndpoint else { return nil }
        if let refusal = self.refusalOfKey() { return refusal }
        guard self.worker.snapshot.settings.isProxyEnabled else {
            return Refusal(
                status: 503,
                message: "The proxy is switched off in the settings (proxy_enabled)",
                code: "proxy_disabled"
            )
        }
        return nil
    }

    /// Pages of other sites must not spend the user's money: a browser says in `Origin` whose page it is.
    ///
    /// Pages served from this machine may ask; so may applications that name no site (extensions, desktop apps).
    private func refusalOfOrigin() -> Refusal? {
        guard let origin = self.fieldText(.origin) else { return nil }
        let isWeb = origin.hasPrefix("http://") || origin.hasPrefix("https://")
        guard isWeb || origin == "null" else { return nil }
        let authority = origin.drop { $0 != "/" }.drop { $0 == "/" }
        let host = authority.first == "[" ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        if isWeb, Loopback.contains(String(host)) || host == self.worker.snapshot.settings.host { return nil }
        return Refusal(
            status: 403,
            message: "Requests from web pages of other sites are refused (Origin: \(origin.prefix(200)))",
            code: "origin_not_allowed"
        )
    }

    private func refusalOfMethod(_ path: InboundPath) -> Refusal? {
        let isReading = self.head.method == .get || self.head.method == .head
        let (isAllowed, allowed) =
            switch path {
            case .endpoint: (self.head.method == .post, "POST")
            case .unknown: (true, "")
            default: (isReading, "GET, HEAD")
            }
        guard !isAllowed else { return nil }
        return Refusal(
            status: 405,
            message: "Method \(self.headText(self.head.methodRange).prefix(20)) is not allowed here; use \(allowed)",
            code: "method_not_allowed",
            headerLines: "allow: \(allowed)\r\n"
        )
    }

    private func refusalOfKey() -> Refusal? {
        let snapshot = self.worker.snapshot
        let isRequired = snapshot.settings.requiresAccessKey
        guard isRequired || snapshot.hasAccessKeys else { return nil }
        let presented = self.presentedKeys()
        for key in presented {
            guard let name = snapshot.accessKeyName(self.worker.services.digest(key)) else { continue }
            self.inbound?.record.accessKeyName = name
            return nil
        }
        guard isRequired else { return nil }
        let message =
            presented.isEmpty
            ? "An access key is required: send it as 'Authorization: Bearer sk-…', 'x-api-key' or 'x-goog-api-key'"
            : "The access key is not valid: it is unknown or switched off"
        return Refusal(
            status: 401,
            message: message,
            code: "invalid_api_key",
            headerLines: "www-authenticate: Bearer\r\n"
        )
    }

    /// Every key the client sent, in whatever place its dialect has for keys.
    private func presentedKeys() -> [String] {
        var keys: [String] = []
        if let authorization = self.fieldText(.authorization) {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "bearer" { keys.append(String(parts[1])) }
        }
        keys += [KnownField.xApiKey, .xGoogApiKey, .apiKey].compactMap(self.fieldText)
        if let key = self.inbound?.query.key { keys.append(key) }
        return keys.filter { !$0.isEmpty }
    }
}

extension InboundPath {
    /// Whether it is about models, so that access keys and the proxy's switch apply.
    var isModelEndpoint: Bool {
        switch self {
        case .endpoint, .models, .geminiModels, .model, .geminiModel: true
        case .health, .root, .unknown: false
        }
    }

    /// In whose words errors are said; `nil` when the path does not tell and the headers must.
    var dialect: Dialect? {
        switch self {
        case .endpoint(let endpoint, _): endpoint.dialect
        case .geminiModels, .geminiModel: .gemini
        case .unknown(let dialect): dialect == .openAIChat ? nil : dialect
        case .models, .model, .health, .root: nil
        }
    }
}
