import Configuration
import Testing

@Suite
struct `Status codes are listed by the user` {
    @Test(
        arguments: [
            ("", [], [100, 401, 599]),
            ("401", [401], [400, 402]),
            ("401, 500-599", [401, 500, 550, 599], [499, 600, 402]),
            ("100-599", [100, 599], [99, 600]),
            (" 429 ,  503 ", [429, 503], [428, 504]),
            ("402,402,402-402", [402], [401, 403]),
            ("500 - 502", [500, 501, 502], [503]),
        ] as [(String, [Int], [Int])]
    )
    func `Codes and ranges hold exactly what they name`(text: String, inside: [Int], outside: [Int]) throws {
        let set = try #require(StatusCodeSet(text))

        let held = (inside + outside).filter(set.contains)

        #expect(held == inside)
    }

    @Test(
        arguments: [
            "x", "99", "600", "599-500", "4xx", "401;402", "401-", "-401", "400-402-404", "40 1", "401\n", "4.5", ",x",
        ]
    )
    func `Anything else is refused`(text: String) {
        let set = StatusCodeSet(text)

        #expect(set == nil)
    }
}

@Suite
struct `A secret does not tell` {
    static let text = "sk-live-abcdefghijklmnop1234"

    @Test
    func `No way of printing shows the text`() {
        let secret = Secret(Self.text)
        var dumped = ""

        dump(["key": secret], to: &dumped)
        let prints = [
            "\(secret)", secret.description, secret.debugDescription, String(describing: secret),
            String(reflecting: secret), "\([secret])", "\(Optional(secret) as Any)", dumped,
        ]

        for print in prints {
            #expect(!print.contains("abcdefgh"), "\(print)")
            #expect(print.contains("sk-…1234"), "\(print)")
        }
    }

    @Test
    func `A channel that holds secrets does not tell them either`() {
        let secret = Secret(Self.text)
        let header = Channel.Header(name: "x-team", value: secret)
        let proxy = Channel.Proxy.url(Secret("socks5://user:hunter2hunter2@10.0.0.1:1080"))
        let id = Channel.ID(rawValue: 1)
        let channel = Channel(
            id: id,
            name: "A",
            type: .openai,
            baseURL: "https://a.example",
            apiKey: secret,
            headers: [header],
            proxy: proxy
        )
        var dumped = ""

        dump(channel, to: &dumped)
        let prints = "\(channel)" + String(reflecting: channel) + dumped

        #expect(!prints.contains("abcdefgh"))
        #expect(!prints.contains("hunter2"))
    }

    @Test(
        arguments: [
            ("", ""), ("short", "••••"), ("elevenchars", "••••"), ("twelve-chars", "twe…hars"),
            ("sk-live-abcdefghijklmnop1234", "sk-…1234"),
        ]
    )
    func `Short texts show nothing, long ones their ends`(text: String, masked: String) {
        let secret = Secret(text)

        #expect(secret.masked == masked)
        #expect(secret.isEmpty == text.isEmpty)
        #expect(secret.value == text)
    }
}

@Suite
struct `Words of the user are understood` {
    @Test(
        arguments: [
            ("openai", .openai), ("anthropic", .anthropic), ("claude", .anthropic), ("Claude", .anthropic),
            ("CLAUDE", .anthropic), ("gemini", .gemini), ("Azure", .azure), ("custom", .custom), ("", nil),
            ("open ai", nil), ("google", nil), ("claude ", nil),
        ] as [(String, APIType?)]
    )
    func `API types are read in any case and claude means anthropic`(word: String, type: APIType?) {
        let read = APIType(word: word)

        #expect(read == type)
    }

    @Test
    func `Every word that is offered is taken and every type has one`() {
        let words = APIType.words

        let types = words.compactMap(APIType.init(word:))

        #expect(types.count == words.count)
        #expect(Set(types) == Set(APIType.allCases))
        #expect(words.contains("claude"))
    }

    @Test(
        arguments: [
            ("text-embedding-3-small", nil, .embedding), ("text-embedding-3-small", .chat, .chat),
            ("dall-e-3", nil, .image), ("whisper-1", nil, .audio), ("tts-1", nil, .audio),
            ("omni-moderation-latest", nil, .moderation), ("rerank-v3.5", nil, .rerank), ("gpt-4o", nil, .chat),
            ("never-heard-of", nil, .chat), ("Text-Embedding-3-Small", nil, .chat), ("my-model", .rerank, .rerank),
        ] as [(String, ModelKind?, ModelKind)]
    )
    func `A model does what the user says, else what is documented, else chat`(
        model: String,
        told: ModelKind?,
        kind: ModelKind
    ) {
        let entry = APIEntry(id: .init(rawValue: 1), channelID: .init(rawValue: 1), model: model, kind: told)

        #expect(entry.effectiveKind == kind)
    }

    @Test
    func `No documented name is listed under two kinds`() {
        let kinds = Set(ModelKind.known.values)

        #expect(kinds == Set(ModelKind.allCases).subtracting([.chat]))
    }
}
