public import Configuration
public import GenerationModel

/// A model endpoint: what a client calls and what the same call is named at a provider.
public struct Endpoint: Sendable, Hashable {
    /// Where a request says which model it wants.
    public enum ModelPlace: Sendable, Hashable {
        /// In the top-level member `model` of a JSON body.
        case jsonBody
        /// In the field `model` of a multipart form, or of a JSON body when one is sent.
        case form
        /// In the path.
        case path
    }

    /// How a request says that it wants a stream.
    public enum StreamSwitch: Sendable, Hashable {
        /// With `"stream": true` in the body.
        case body
        /// By calling this endpoint.
        case always
        /// Not at all.
        case never
    }

    /// What calls to it look like.
    public let dialect: Dialect
    /// What a model must do to answer it.
    public let kind: ModelKind
    /// The path at a provider, after the version and without a leading slash; for Gemini the verb after the colon.
    public let name: String
    /// Where the model is named.
    public let modelPlace: ModelPlace
    /// How a stream is asked for.
    public let streamSwitch: StreamSwitch

    private init(
        _ dialect: Dialect,
        _ kind: ModelKind,
        _ name: String,
        model: ModelPlace = .jsonBody,
        stream: StreamSwitch = .body
    ) {
        self.dialect = dialect
        self.kind = kind
        self.name = name
        self.modelPlace = model
        self.streamSwitch = stream
    }

    /// OpenAI Chat Completions.
    public static let chatCompletions = Endpoint(.openAIChat, .chat, "chat/completions")
    /// OpenAI Responses.
    public static let responses = Endpoint(.openAIResponses, .chat, "responses")
    /// Anthropic Messages.
    public static let messages = Endpoint(.anthropicMessages, .chat, "messages")
    /// Gemini, whole answers.
    public static let generateContent = Endpoint(
        .gemini,
        .chat,
        "generateContent",
        model: .path,
        stream: .never
    )
    /// Gemini, streamed answers.
    public static let streamGenerateContent = Endpoint(
        .gemini,
        .chat,
        "streamGenerateContent",
        model: .path,
        stream: .always
    )

    /// Endpoints whose path follows an optional `/v1` (the most called ones first).
    static let plain: [Endpoint] = [
        .chatCompletions,
        .messages,
        .responses,
        Endpoint(.openAIChat, .embedding, "embeddings", stream: .never),
        Endpoint(.anthropicMessages, .chat, "messages/count_tokens", stream: .never),
        Endpoint(.openAIResponses, .chat, "responses/input_tokens", stream: .never),
        Endpoint(.openAIChat, .chat, "completions"),
        Endpoint(.openAIChat, .image, "images/generations"),
        Endpoint(.openAIChat, .image, "images/edits", model: .form),
        Endpoint(.openAIChat, .image, "images/variations", model: .form, stream: .never),
        Endpoint(.openAIChat, .audio, "audio/speech"),
        Endpoint(.openAIChat, .audio, "audio/transcriptions", model: .form),
        Endpoint(.openAIChat, .audio, "audio/translations", model: .form),
        Endpoint(.openAIChat, .moderation, "moderations", stream: .never),
        Endpoint(.openAIChat, .rerank, "rerank", stream: .never),
    ]

    /// What follows `models/NAME:` in Gemini's paths.
    static let gemini: [Endpoint] = [
        .generateContent,
        .streamGenerateContent,
        Endpoint(.gemini, .chat, "countTokens", model: .path, stream: .never),
        Endpoint(.gemini, .embedding, "embedContent", model: .path, stream: .never),
        Endpoint(.gemini, .embedding, "batchEmbedContents", model: .path, stream: .never),
    ]
}
