import Configuration
import Dialects
import GenerationModel
import Testing

/// What a path must mean, in words that fit a table.
struct PathRow: Sendable, CustomTestStringConvertible {
    var path: String
    var dialect: Dialect
    var kind: ModelKind
    var model: String?
    var stream: Endpoint.StreamSwitch

    init(
        _ path: String,
        _ dialect: Dialect = .openAIChat,
        _ kind: ModelKind = .chat,
        model: String? = nil,
        stream: Endpoint.StreamSwitch = .body
    ) {
        self.path = path
        self.dialect = dialect
        self.kind = kind
        self.model = model
        self.stream = stream
    }

    var testDescription: String { self.path }

    /// product.md §5, the endpoints whose path follows `/v1`.
    static let versioned: [PathRow] = [
        PathRow("/chat/completions"), PathRow("/completions"), PathRow("/responses", .openAIResponses),
        PathRow("/responses/input_tokens", .openAIResponses, stream: .never),
        PathRow("/messages", .anthropicMessages),
        PathRow("/messages/count_tokens", .anthropicMessages, stream: .never),
        PathRow("/embeddings", .openAIChat, .embedding, stream: .never),
        PathRow("/images/generations", .openAIChat, .image), PathRow("/images/edits", .openAIChat, .image),
        PathRow("/images/variations", .openAIChat, .image, stream: .never),
        PathRow("/audio/speech", .openAIChat, .audio), PathRow("/audio/transcriptions", .openAIChat, .audio),
        PathRow("/audio/translations", .openAIChat, .audio),
        PathRow("/moderations", .openAIChat, .moderation, stream: .never),
        PathRow("/rerank", .openAIChat, .rerank, stream: .never),
    ]

    /// Everything that follows another pattern.
    static let others: [PathRow] = [
        PathRow("/openai/deployments/gpt-4o/chat/completions", model: "gpt-4o"),
        PathRow("/openai/deployments/a%2Fb/embeddings", .openAIChat, .embedding, model: "a/b", stream: .never),
        PathRow("/openai/deployments/w/audio/transcriptions", .openAIChat, .audio, model: "w"),
        PathRow("/openai/v1/chat/completions"), PathRow("/openai/v1/responses", .openAIResponses),
        PathRow("/openai/responses", .openAIResponses), PathRow("/v1/chat%2Fcompletions/"),
        PathRow("/v1beta/models/gemini-2.5-pro:generateContent", .gemini, model: "gemini-2.5-pro", stream: .never),
        PathRow("/v1beta/models/g:streamGenerateContent", .gemini, model: "g", stream: .always),
        PathRow("/v1/models/g:generateContent", .gemini, model: "g", stream: .never),
        PathRow("/models/g:streamGenerateContent", .gemini, model: "g", stream: .always),
        PathRow("/v1alpha/models/g:countTokens", .gemini, model: "g", stream: .never),
        PathRow("/v1beta/models/e:embedContent", .gemini, .embedding, model: "e", stream: .never),
        PathRow("/v1beta/models/e:batchEmbedContents", .gemini, .embedding, model: "e", stream: .never),
        PathRow("/v1beta/models/org/name:7b:generateContent", .gemini, model: "org/name:7b", stream: .never),
        PathRow("/v1beta/models/org%2Fname%3A7b:countTokens", .gemini, model: "org/name:7b", stream: .never),
        PathRow("/v1beta/models/%E6%A8%A1:countTokens", .gemini, model: "模", stream: .never),
    ]
}

@Suite
struct `Every path of the product page is understood` {
    @Test(arguments: PathRow.versioned, ["/v1", "", "/v1/v1", "/openai", "/openai/v1"])
    func `With a version, without one, and with two`(row: PathRow, prefix: String) throws {
        let path = InboundPath((prefix + row.path)[...])

        let slashed = InboundPath((prefix + row.path + "/")[...])

        guard case .endpoint(let endpoint, let model) = path else {
            Issue.record("\(prefix + row.path) is \(path)")
            return
        }
        #expect(endpoint.name == row.path.dropFirst())
        #expect(endpoint.dialect == row.dialect)
        #expect(endpoint.kind == row.kind)
        #expect(endpoint.streamSwitch == row.stream)
        #expect(model == nil)
        #expect(slashed == path)
    }

    @Test(arguments: PathRow.others)
    func `Azure's and Gemini's forms name the model`(row: PathRow) throws {
        let path = InboundPath(row.path[...])

        guard case .endpoint(let endpoint, let model) = path else {
            Issue.record("\(row.path) is \(path)")
            return
        }
        #expect(endpoint.dialect == row.dialect)
        #expect(endpoint.kind == row.kind)
        #expect(endpoint.streamSwitch == row.stream)
        #expect(model == row.model)
    }

    @Test(
        arguments: [
            ("/v1/models", .models), ("/models", .models), ("/openai/models", .models), ("/v1/models/", .models),
            ("/v1beta/models", .geminiModels), ("/v1/models/gpt-4o", .model("gpt-4o")),
            ("/v1/models/meta/llama-3", .model("meta/llama-3")), ("/v1/models/meta%2Fllama", .model("meta/llama")),
            ("/v1/models/llama3:8b", .model("llama3:8b")), ("/models/auto", .model("auto")),
            ("/v1beta/models/gemini-2.5-pro", .geminiModel("gemini-2.5-pro")),
            ("/health", .health), ("/health/", .health), ("", .root), ("/", .root), ("//", .root),
        ] as [(String, InboundPath)]
    )
    func `Lists, single models, health and the front page have their own meaning`(path: String, meaning: InboundPath) {
        let read = InboundPath(path[...])

        #expect(read == meaning)
    }

    @Test(
        arguments: [
            ("/v1/nothing", .openAIChat), ("/v1", .openAIChat), ("/index.html", .openAIChat),
            ("/v1/chat", .openAIChat), ("/v1/chat/completions/x", .openAIChat),
            ("/V1/chat/completions", .openAIChat), ("/v2/models", .openAIChat), ("/v1beta/files", .gemini),
            ("/v1/messages/batches", .anthropicMessages), ("/messages/x", .anthropicMessages),
            ("/openai/deployments/x", .openAIChat), ("/openai/deployments/x/nothing", .openAIChat),
            ("/v1/health", .openAIChat), ("/health/x", .openAIChat), ("/v1/responses/compact", .openAIChat),
        ] as [(String, Dialect)]
    )
    func `An unknown path is worded in the likeliest dialect`(path: String, dialect: Dialect) {
        let read = InboundPath(path[...])

        #expect(read == .unknown(dialect))
    }
}

@Suite
struct `A query is read and cleaned` {
    @Test(
        arguments: [
            ("", nil, false, nil), ("key=AIza1", "AIza1", false, nil), ("alt=sse", nil, true, nil),
            ("alt=json", nil, false, nil), ("key=a%2Fb&alt=sse", "a/b", true, nil),
            ("beta=true", nil, false, "beta=true"), ("a=1&key=k&b=2&alt=sse&c", "k", true, "a=1&b=2&c"),
            ("api-version=2024-06-01&x=%20y", nil, false, "x=%20y"), ("%6Bey=k", "k", false, nil),
            ("KEY=k", "k", false, nil),
            ("api-key=k1", "k1", false, nil), ("api_key=k1", "k1", false, nil), ("access_token=t", "t", false, nil),
            ("key", "", false, nil), ("monkey=1&keys=2", nil, false, "monkey=1&keys=2"), ("&&a=1&", nil, false, "a=1"),
        ] as [(String, String?, Bool, String?)]
    )
    func `Keys and what belongs to the gateway stay here, the rest goes on`(
        query: String,
        key: String?,
        wantsEvents: Bool,
        forwarded: String?
    ) {
        let read = InboundQuery(query[...])

        #expect(read.key == key)
        #expect(read.wantsEvents == wantsEvents)
        #expect(read.forwarded == forwarded)
    }
}
