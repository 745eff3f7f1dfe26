public import Configuration
import GenerationModel

/// How the calls of one channel are addressed and authorised; made once for each configuration.
public struct ProviderCall: Sendable {
    /// The `api-version` of Azure calls unless the channel or its URL says another.
    public static let defaultAzureVersion = "2025-04-01-preview"
    /// The `anthropic-version` of calls whose client named none.
    public static let defaultAnthropicVersion = "2023-06-01"

    /// The channel's type.
    public let type: APIType
    /// Where its calls go.
    public let address: ProviderAddress
    /// The header the key goes in, name and value; `nil` when the channel has no key.
    public let authorization: (name: String, value: Secret)?

    private let azureVersion: String

    /// Understands a channel.
    ///
    /// - Throws: ``ProviderAddress/Invalid`` when the base URL cannot be used.
    public init(_ channel: Channel) throws(ProviderAddress.Invalid) {
        self.type = channel.type
        self.address = try ProviderAddress(baseURL: channel.baseURL, type: channel.type)
        self.azureVersion = channel.apiVersion ?? self.address.apiVersion ?? Self.defaultAzureVersion
        let key = channel.apiKey.value
        if key.isEmpty {
            self.authorization = nil
        } else {
            switch channel.type {
            case .openai, .custom: self.authorization = ("authorization", Secret("Bearer \(key)"))
            case .anthropic: self.authorization = ("x-api-key", channel.apiKey)
            case .gemini: self.authorization = ("x-goog-api-key", channel.apiKey)
            case .azure: self.authorization = ("api-key", channel.apiKey)
            }
        }
    }

    /// Whether calls to an endpoint can go to this channel as they are, and why not.
    ///
    /// - Returns: `nil` when they can.
    public func obstacle(to endpoint: Endpoint) -> String? {
        switch (endpoint.dialect, self.type) {
        case (.openAIChat, .openai), (.openAIChat, .azure), (.openAIChat, .custom): nil
        case (.openAIResponses, .openai), (.openAIResponses, .azure), (.openAIResponses, .custom): nil
        case (.anthropicMessages, .anthropic), (.gemini, .gemini): nil
        default: "its channel speaks the \(self.type.rawValue) protocol, the client \(endpoint.dialect.rawValue)"
        }
    }

    /// The request target of a call: path and query.
    ///
    /// - Parameters:
    ///   - endpoint: What is called.
    ///   - model: The model's name at the provider.
    ///   - query: The client's own query, without what belongs to the gateway; `nil` when there is none.
    /// - Returns: The request target, ready for the request line.
    public func target(_ endpoint: Endpoint, model: String, query: String?) -> String {
        switch self.type {
        case .gemini:
            let isQualified = model.hasPrefix("models/") || model.hasPrefix("tunedModels/")
            let name = PercentCoding.encode(isQualified ? model : "models/\(model)", keeping: "/@:")
            let verb = "\(self.address.basePath)/\(name):\(endpoint.name)"
            // Always as events: what the client asked for is made from them (see `StreamForm`).
            return self.joined(verb, endpoint == .streamGenerateContent ? "alt=sse" : nil, query)
        case .azure where !self.address.basePath.hasSuffix("/v1"):
            return self.joined(self.azurePath(endpoint, model: model), "api-version=\(self.azureVersion)", query)
        case .openai, .anthropic, .custom, .azure:
            return self.joined("\(self.address.basePath)/\(endpoint.name)", nil, query)
        }
    }

    /// Responses have no deployment in their path; everything else does.
    private func azurePath(_ endpoint: Endpoint, model: String) -> String {
        guard endpoint.dialect == .openAIChat else { return "\(self.address.basePath)/\(endpoint.name)" }
        return "\(self.address.basePath)/deployments/\(PercentCoding.encode(model))/\(endpoint.name)"
    }

    private func joined(_ path: String, _ own: String?, _ query: String?) -> String {
        switch (own, query) {
        case (nil, nil): path
        case (let one?, nil), (nil, let one?): "\(path)?\(one)"
        case (let own?, let query?): "\(path)?\(own)&\(query)"
        }
    }
}
