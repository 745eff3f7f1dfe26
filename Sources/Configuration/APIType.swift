/// How a channel's service is called.
public enum APIType: String, Sendable, Hashable, CaseIterable {
    /// OpenAI and everything compatible with it.
    case openai
    /// Anthropic Messages.
    case anthropic
    /// Google Gemini, its native API.
    case gemini
    /// Azure OpenAI deployments.
    case azure
    /// An OpenAI-like service whose address is used exactly as typed.
    case custom

    /// Reads a type as people write it.
    ///
    /// `claude` means ``anthropic``; letter case does not matter.
    public init?(word: String) {
        let word = word.lowercased()
        guard let type = word == "claude" ? .anthropic : APIType(rawValue: word) else { return nil }
        self = type
    }

    /// The words that ``init(word:)`` takes, for error messages.
    public static var words: [String] { Self.allCases.map(\.rawValue) + ["claude"] }
}
