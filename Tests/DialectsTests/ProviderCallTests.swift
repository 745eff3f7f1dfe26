import Configuration
import Dialects
import GenerationModel
import Testing

@Suite
struct `The key goes where the type wants it` {
    @Test(
        arguments: [
            (.openai, "authorization", "Bearer sk-secret-1234"), (.custom, "authorization", "Bearer sk-secret-1234"),
            (.anthropic, "x-api-key", "sk-secret-1234"), (.gemini, "x-goog-api-key", "sk-secret-1234"),
            (.azure, "api-key", "sk-secret-1234"),
        ] as [(APIType, String, String)]
    )
    func `One header holds it`(type: APIType, name: String, value: String) throws {
        let call = try ProviderCall(.test(type, "https://x.example", key: "sk-secret-1234"))

        let authorization = try #require(call.authorization)

        #expect(authorization.name == name)
        #expect(authorization.value.value == value)
    }

    @Test(arguments: APIType.allCases)
    func `It is never in the URL`(type: APIType) throws {
        let call = try ProviderCall(.test(type, "https://x.example", key: "sk-secret-1234"))
        let endpoints: [Endpoint] = [
            .chatCompletions, .responses, .messages, .generateContent, .streamGenerateContent, .embeddings,
        ]

        let urls = endpoints.map { call.url($0, query: "beta=true") } + [call.address.url]

        for url in urls { #expect(!url.contains("secret"), "\(url)") }
    }

    @Test(arguments: APIType.allCases)
    func `A channel without a key sends none`(type: APIType) throws {
        let call = try ProviderCall(.test(type, "http://localhost:11434"))

        #expect(call.authorization == nil)
    }
}

@Suite
struct `A call is named as its provider names it` {
    @Test(
        arguments: [
            ("/v1/embeddings", "https://x.example/v1/embeddings"), ("/v1/responses", "https://x.example/v1/responses"),
            ("/v1/completions", "https://x.example/v1/completions"), ("/v1/rerank", "https://x.example/v1/rerank"),
            ("/v1/images/edits", "https://x.example/v1/images/edits"),
            ("/v1/audio/speech", "https://x.example/v1/audio/speech"),
            ("/v1/moderations", "https://x.example/v1/moderations"),
            ("/v1/responses/input_tokens", "https://x.example/v1/responses/input_tokens"),
        ]
    )
    func `OpenAI's endpoints follow the version`(path: String, url: String) throws {
        let call = try ProviderCall(.test(.openai, "https://x.example"))
        let endpoint = try #require(Endpoint.at(path))

        let called = call.url(endpoint)

        #expect(called == url)
    }

    @Test(
        arguments: [
            ("https://r.example", "/v1/embeddings", "my emb/1", "/openai/deployments/my%20emb%2F1/embeddings", true),
            ("https://r.example", "/v1/responses", "m", "/openai/responses", true),
            ("https://r.example", "/v1/images/generations", "img", "/openai/deployments/img/images/generations", true),
            ("https://r.example/openai/v1", "/v1/responses", "m", "/openai/v1/responses", false),
            ("https://r.example/openai/v1", "/v1/embeddings", "m", "/openai/v1/embeddings", false),
        ]
    )
    func `Azure names the deployment and the version`(
        base: String,
        path: String,
        model: String,
        expected: String,
        isVersioned: Bool
    ) throws {
        let call = try ProviderCall(.test(.azure, base, apiVersion: "2030-01-01"))
        let endpoint = try #require(Endpoint.at(path))

        let target = call.target(endpoint, model: model, query: nil)

        #expect(target == expected + (isVersioned ? "?api-version=2030-01-01" : ""))
    }

    @Test
    func `The channel's api-version wins over the one in the URL, which wins over the built-in one`() throws {
        let typed = "https://r.example?api-version=2024-06-01"
        let channels: [Channel] = [
            .test(.azure, typed, apiVersion: "2030-01-01"), .test(.azure, typed), .test(.azure, "https://r.example"),
        ]

        let targets = try channels.map { try ProviderCall($0).target(.chatCompletions, model: "d", query: nil) }

        let path = "/openai/deployments/d/chat/completions?api-version="
        #expect(targets == [path + "2030-01-01", path + "2024-06-01", path + ProviderCall.defaultAzureVersion])
    }

    @Test(
        arguments: [
            ("gemini-2.5-pro", "/v1beta/models/gemini-2.5-pro:countTokens"),
            ("models/gemini-2.5-pro", "/v1beta/models/gemini-2.5-pro:countTokens"),
            ("tunedModels/mine", "/v1beta/tunedModels/mine:countTokens"),
            ("a model?key=1#x", "/v1beta/models/a%20model%3Fkey%3D1%23x:countTokens"),
        ]
    )
    func `Gemini's models are named once and cannot leave the path`(model: String, expected: String) throws {
        let call = try ProviderCall(.test(.gemini, "https://g.example"))
        let endpoint = try #require(Endpoint.at("/v1beta/models/x:countTokens"))

        let target = call.target(endpoint, model: model, query: nil)

        #expect(target == expected)
    }

    @Test
    func `The client's own query is passed on behind what the call needs`() throws {
        let gemini = try ProviderCall(.test(.gemini, "https://g.example"))
        let azure = try ProviderCall(.test(.azure, "https://r.example", apiVersion: "v"))
        let anthropic = try ProviderCall(.test(.anthropic, "https://a.example"))

        let targets = [
            gemini.target(.streamGenerateContent, model: "g", query: "x=1"),
            azure.target(.chatCompletions, model: "d", query: "x=1"),
            anthropic.target(.messages, model: "c", query: "beta=true"),
        ]

        #expect(
            targets == [
                "/v1beta/models/g:streamGenerateContent?alt=sse&x=1",
                "/openai/deployments/d/chat/completions?api-version=v&x=1", "/v1/messages?beta=true",
            ]
        )
    }

    @Test(
        arguments: [
            (.openai, [true, true, false, false]), (.azure, [true, true, false, false]),
            (.custom, [true, true, false, false]), (.anthropic, [false, false, true, false]),
            (.gemini, [false, false, false, true]),
        ] as [(APIType, [Bool])]
    )
    func `A channel takes the calls of its own protocol and says why not the others`(
        type: APIType,
        takes: [Bool]
    ) throws {
        let call = try ProviderCall(.test(type, "https://x.example"))

        let obstacles = [Endpoint.chatCompletions, .responses, .messages, .generateContent].map(call.obstacle)

        #expect(obstacles.map { $0 == nil } == takes)
        for obstacle in obstacles.compactMap(\.self) { #expect(obstacle.contains(type.rawValue)) }
    }
}

@Suite
struct `Percent-encoding is undone and done` {
    @Test(
        arguments: [
            ("a%2Fb", "a/b"), ("%41%c3%A9", "Aé"), ("100%", "100%"), ("%zz%2", "%zz%2"), ("%FF", "%FF"), ("a+b", "a+b"),
            ("", ""), ("%25%32%35", "%25"),
        ]
    )
    func `Valid escapes are decoded once, the rest stays`(text: String, expected: String) {
        let decoded = PercentCoding.decode(text)

        #expect(decoded == expected)
    }

    @Test(arguments: ["a/b c", "ü%#?&", "plain-._~", "\u{1F600}", ""])
    func `Encoding makes one segment that decodes to the same`(text: String) {
        let encoded = PercentCoding.encode(text)

        #expect(encoded.utf8.allSatisfy { $0 < 0x7F && $0 > 0x20 && !"/?#&".utf8.contains($0) })
        #expect(PercentCoding.decode(encoded) == text)
    }
}
