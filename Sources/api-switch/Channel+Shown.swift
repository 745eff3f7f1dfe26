import Configuration
import Dialects
import JSON

/// How a channel is shown: where it calls, and no secret of it whole.
extension Channel {
    /// The URL that a chat request goes to; `MODEL` stands for the model's name.
    ///
    /// - Throws: `ProviderAddress.Invalid` when the base URL cannot be used.
    func requestURL() throws(ProviderAddress.Invalid) -> String {
        let call = try ProviderCall(self)
        let endpoint: Endpoint =
            switch self.type {
            case .openai, .azure, .custom: .chatCompletions
            case .anthropic: .messages
            case .gemini: .generateContent
            }
        let origin = "\(call.address.usesTLS ? "https" : "http")://\(call.address.authority)"
        return origin + call.target(endpoint, model: "MODEL", query: nil)
    }

    /// The URL, or why there is none.
    var shownDestination: String {
        switch self.destination {
        case .success(let url): url
        case .failure(let error): "unusable: \(error)"
        }
    }

    private var destination: Result<String, ProviderAddress.Invalid> {
        Result { () throws(ProviderAddress.Invalid) in try self.requestURL() }
    }

    /// One row of `channel list`.
    func row(entryCount: Int) -> [String] {
        let key = self.apiKey.isEmpty ? "-" : self.apiKey.masked
        return [
            self.isEnabled ? "on" : "off", self.name, self.type.rawValue, key, String(entryCount),
            self.shownDestination,
        ]
    }

    /// The names of ``row(entryCount:)``.
    static let columns = ["", "NAME", "TYPE", "KEY", "ENTRIES", "CALLS"]

    /// For programs.
    func json(models: [String]) -> JSONValue {
        let requestURL: JSONValue
        let problem: JSONValue
        switch self.destination {
        case .success(let url): (requestURL, problem) = (.string(url), .null)
        case .failure(let error): (requestURL, problem) = (.null, .string(error.description))
        }
        let headers = self.headers.map { JSONObject.Member(key: $0.name, value: .string($0.value.masked)) }
        return .object([
            "name": .string(self.name),
            "type": .string(self.type.rawValue),
            "base_url": .string(self.shownBaseURL),
            "request_url": requestURL,
            "problem": problem,
            "api_key": .string(self.apiKey.masked),
            "enabled": .bool(self.isEnabled),
            "notes": .string(self.notes),
            "headers": .object(JSONObject(headers)),
            "proxy": .string(self.proxy.shown),
            "api_version": self.apiVersion.map(JSONValue.string) ?? .null,
            "connect_timeout": self.connectTimeout.map(JSONValue.init(seconds:)) ?? .null,
            "response_timeout": self.responseTimeout.map(JSONValue.init(seconds:)) ?? .null,
            "models": .array(models.map(JSONValue.string)),
        ])
    }

    /// A query may hold a key.
    private var shownBaseURL: String {
        let path = self.baseURL.prefix { $0 != "?" && $0 != "#" }
        return path.count == self.baseURL.count ? self.baseURL : path + "?…"
    }
}

extension Channel.Proxy {
    /// As the command line takes it, without user name and password.
    fileprivate var shown: String {
        switch self {
        case .environment: return "env"
        case .none: return "none"
        case .url(let url):
            guard let at = url.value.lastIndex(of: "@") else { return url.value }
            return url.value.prefix { $0 != ":" } + "://…" + url.value[at...]
        }
    }
}

extension JSONValue {
    /// A number of seconds: `10` or `2.5`.
    fileprivate init(seconds duration: Duration) {
        let milliseconds = duration / .milliseconds(1)
        let isWhole = milliseconds.truncatingRemainder(dividingBy: 1000) == 0
        self = isWhole ? .number(JSONNumber(duration.components.seconds)) : .init(floatLiteral: milliseconds / 1000)
    }
}
