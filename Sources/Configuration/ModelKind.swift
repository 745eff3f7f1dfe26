/// What a model does.
///
/// Only models of the kind a request needs may answer it.
public enum ModelKind: String, Sendable, Hashable, CaseIterable {
    /// Generates text from a conversation.
    case chat
    /// Turns text into vectors.
    case embedding
    /// Draws images.
    case image
    /// Speaks or transcribes.
    case audio
    /// Judges content.
    case moderation
    /// Orders documents by relevance.
    case rerank

    /// Kinds of models whose names are documented by their makers, by exact name.
    ///
    /// A name that is not here is ``chat``.
    /// Sources: the model pages of OpenAI (platform.openai.com/docs/models), Google (ai.google.dev/gemini-api/docs/models),
    /// Mistral (docs.mistral.ai) and Cohere (docs.cohere.com), read in November 2026.
    public static let known: [String: ModelKind] = {
        var kinds: [String: ModelKind] = [:]
        for (kind, names) in Self.documentedNames {
            for name in names { kinds[name] = kind }
        }
        return kinds
    }()

    private static let documentedNames: [(ModelKind, [String])] = [
        (
            .embedding,
            [
                "text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002",
                "gemini-embedding-001", "text-embedding-004", "embedding-001",
                "mistral-embed", "codestral-embed", "embed-v4.0", "embed-english-v3.0", "embed-multilingual-v3.0",
                "text-embedding-v1", "text-embedding-v2", "text-embedding-v3", "text-embedding-v4",
                "BAAI/bge-m3", "BAAI/bge-large-en-v1.5", "BAAI/bge-large-zh-v1.5", "nomic-embed-text",
                "mxbai-embed-large", "embedding-2", "embedding-3",
            ]
        ),
        (
            .image,
            [
                "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "imagen-3.0-generate-002",
                "imagen-4.0-generate-001", "imagen-4.0-ultra-generate-001", "imagen-4.0-fast-generate-001",
                "grok-2-image", "cogview-4",
            ]
        ),
        (
            .audio,
            [
                "tts-1", "tts-1-hd", "gpt-4o-mini-tts", "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe",
                "gpt-4o-transcribe-diarize", "whisper-large-v3", "whisper-large-v3-turbo", "playai-tts",
            ]
        ),
        (.moderation, ["omni-moderation-latest", "text-moderation-latest", "text-moderation-stable"]),
        (
            .rerank,
            [
                "rerank-v3.5", "rerank-english-v3.0", "rerank-multilingual-v3.0", "BAAI/bge-reranker-v2-m3",
                "jina-reranker-v2-base-multilingual",
            ]
        ),
    ]
}
