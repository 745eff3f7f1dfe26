/// A wire protocol that clients or providers speak.
public enum Dialect: String, Sendable, Hashable, CaseIterable {
    /// OpenAI Chat Completions and the endpoints that share its error form (embeddings, images, audio …).
    case openAIChat = "openai-chat"
    /// OpenAI Responses.
    case openAIResponses = "openai-responses"
    /// Anthropic Messages.
    case anthropicMessages = "anthropic-messages"
    /// Gemini `generateContent` and its relatives.
    case gemini
}
