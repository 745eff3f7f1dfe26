public import GenerationModel

/// What a request path means.
public enum InboundPath: Sendable, Hashable {
    /// A model endpoint, and the model when the path names it.
    case endpoint(Endpoint, model: String?)
    /// The list of models, in the form the headers ask for.
    case models
    /// The list of models in Gemini's form.
    case geminiModels
    /// One model.
    case model(String)
    /// One model, in Gemini's form.
    case geminiModel(String)
    /// The health check.
    case health
    /// The front page.
    case root
    /// Nothing that is served here; the dialect words the error.
    case unknown(Dialect)

    /// Reads a path, without query.
    ///
    /// `/v1` may be left out or written twice, a trailing slash does no harm, and Azure's
    /// `/openai/deployments/NAME/…` and `/openai/v1/…` work too.
    public init(_ path: Substring) {
        if let endpoint = Self.fast(path) {
            self = .endpoint(endpoint, model: nil)
            return
        }
        var segments = path.split(separator: "/", omittingEmptySubsequences: true).map { PercentCoding.decode($0) }
        switch segments.first {
        case nil: self = .root
        case "health" where segments.count == 1: self = .health
        case "openai":
            segments.removeFirst()
            self = Self.azure(segments)
        default: self = Self.versioned(segments)
        }
    }

    /// The calls that nearly all clients make, without taking the path apart.
    private static func fast(_ path: Substring) -> Endpoint? {
        guard path.utf8.starts(with: "/v1/".utf8) else { return nil }
        let rest = path.utf8.dropFirst(4)
        return Endpoint.plain.prefix(4).first { $0.name.utf8.elementsEqual(rest) }
    }

    private static func versioned(_ segments: [String]) -> InboundPath {
        var rest = segments[...]
        var isBeta = false
        while let version = rest.first, ["v1", "v1beta", "v1alpha"].contains(version) {
            isBeta = version != "v1"
            rest = rest.dropFirst()
        }
        if rest.first == "models" { return Self.models(rest.dropFirst(), isBeta: isBeta) }
        let name = rest.joined(separator: "/")
        if let endpoint = Endpoint.plain.first(where: { $0.name == name }) { return .endpoint(endpoint, model: nil) }
        if isBeta { return .unknown(.gemini) }
        return .unknown(rest.first == "messages" ? .anthropicMessages : .openAIChat)
    }

    /// `models`, `models/NAME` and `models/NAME:verb`; a name may hold slashes.
    private static func models(_ rest: ArraySlice<String>, isBeta: Bool) -> InboundPath {
        guard !rest.isEmpty else { return isBeta ? .geminiModels : .models }
        let name = rest.joined(separator: "/")
        if let colon = name.lastIndex(of: ":") {
            let verb = name[name.index(after: colon)...]
            if let endpoint = Endpoint.gemini.first(where: { $0.name == verb }) {
                return .endpoint(endpoint, model: String(name[..<colon]))
            }
            // A verb nobody knows; elsewhere a colon is part of a name, such as `llama3:8b`.
            if isBeta { return .unknown(.gemini) }
        }
        return isBeta ? .geminiModel(name) : .model(name)
    }

    /// What follows `/openai`.
    private static func azure(_ segments: [String]) -> InboundPath {
        guard segments.first == "deployments", segments.count > 2 else { return Self.versioned(segments) }
        let name = segments.dropFirst(2).joined(separator: "/")
        guard let endpoint = Endpoint.plain.first(where: { $0.name == name }) else { return .unknown(.openAIChat) }
        return .endpoint(endpoint, model: segments[1])
    }
}
