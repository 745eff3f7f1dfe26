import Configuration
import Dialects
import GenerationModel
import Testing

/// A base URL as typed and the URL that a call ends up with.
struct AddressRow: Sendable, CustomTestStringConvertible {
    var type: APIType
    var typed: String
    var effective: String

    init(_ type: APIType, _ typed: String, _ effective: String) {
        self.type = type
        self.typed = typed
        self.effective = effective
    }

    var testDescription: String { "\(self.type.rawValue) \(self.typed)" }

    private static let azure = "https://res.openai.azure.com/openai/deployments/m/chat/completions"
    private static let builtIn = "?api-version=\(ProviderCall.defaultAzureVersion)"

    /// product.md §2: every way of typing an address that must be understood.
    static let all: [AddressRow] =
        [
            "https://api.openai.com", "https://api.openai.com/", "https://api.openai.com/v1", "api.openai.com",
            "https://api.openai.com/v1/", "  https://api.openai.com/v1  ", "HTTPS://API.OpenAI.com",
            "api.openai.com/v1",
            "https://api.openai.com:443/v1", "https://api.openai.com//v1//", "https://api.openai.com/v1/models",
            "https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/responses",
            "https://api.openai.com/v1/embeddings", "https://api.openai.com/v1/completions",
            "https://api.openai.com/v1/images/generations", "https://api.openai.com/v1/audio/transcriptions",
            "https://api.openai.com/chat/completions", "https://api.openai.com/v1/chat/completions/",
        ].map { AddressRow(.openai, $0, "https://api.openai.com/v1/chat/completions") }
        + [
            AddressRow(.openai, "https://api.minimaxi.com", "https://api.minimaxi.com/v1/chat/completions"),
            AddressRow(.openai, "https://api.minimax.chat", "https://api.minimax.chat/v1/chat/completions"),
            AddressRow(.openai, "https://api.minimax.io/v1", "https://api.minimax.io/v1/chat/completions"),
            AddressRow(.openai, "https://api.rcouyi.com", "https://api.rcouyi.com/v1/chat/completions"),
            AddressRow(.openai, "https://api.deepseek.com", "https://api.deepseek.com/v1/chat/completions"),
            AddressRow(
                .openai,
                "https://dashscope.aliyuncs.com/compatible-mode/v1",
                "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions"
            ),
            AddressRow(
                .openai,
                "https://dashscope.aliyuncs.com/compatible-mode",
                "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions"
            ),
            AddressRow(
                .openai,
                "https://open.bigmodel.cn/api/paas/v4",
                "https://open.bigmodel.cn/api/paas/v4/chat/completions"
            ),
            AddressRow(
                .openai,
                "https://open.bigmodel.cn/api/paas/v4/chat/completions",
                "https://open.bigmodel.cn/api/paas/v4/chat/completions"
            ),
            AddressRow(.openai, "https://x.example/v4/", "https://x.example/v4/chat/completions"),
            AddressRow(.openai, "https://api.groq.com/openai", "https://api.groq.com/openai/v1/chat/completions"),
            AddressRow(.openai, "https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1/chat/completions"),
            AddressRow(.openai, "https://openrouter.ai/api", "https://openrouter.ai/api/v1/chat/completions"),
            AddressRow(.openai, "https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions"),
            AddressRow(.openai, "http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
            AddressRow(.openai, "http://127.0.0.1:1234/v1/", "http://127.0.0.1:1234/v1/chat/completions"),
            AddressRow(.openai, "http://[::1]:8080", "http://[::1]:8080/v1/chat/completions"),
            AddressRow(.openai, "[2001:db8::1]", "https://[2001:db8::1]/v1/chat/completions"),
            AddressRow(.openai, "http://host:80", "http://host/v1/chat/completions"),
            AddressRow(.openai, "https://host:8443/v1", "https://host:8443/v1/chat/completions"),
            AddressRow(.openai, "localhost:8000", "https://localhost:8000/v1/chat/completions"),
            AddressRow(
                .openai,
                "https://generativelanguage.googleapis.com/v1beta/openai",
                "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions"
            ),
            AddressRow(.openai, "https://x.example/video", "https://x.example/video/v1/chat/completions"),
            AddressRow(.openai, "https://x.example/v1x", "https://x.example/v1x/v1/chat/completions"),
            AddressRow(.custom, "https://x.example", "https://x.example/chat/completions"),
            AddressRow(.custom, "https://x.example/v1", "https://x.example/v1/chat/completions"),
            AddressRow(.custom, "x.example/deep/path/", "https://x.example/deep/path/chat/completions"),
            AddressRow(.custom, "https://x.example/v2/chat/completions", "https://x.example/v2/chat/completions"),
            AddressRow(.azure, "https://res.openai.azure.com", "\(Self.azure)\(Self.builtIn)"),
            AddressRow(.azure, "https://res.openai.azure.com/", "\(Self.azure)\(Self.builtIn)"),
            AddressRow(.azure, "https://res.openai.azure.com/openai", "\(Self.azure)\(Self.builtIn)"),
            AddressRow(.azure, "res.openai.azure.com/openai/deployments", "\(Self.azure)\(Self.builtIn)"),
            AddressRow(
                .azure,
                "https://res.openai.azure.com/openai/deployments/old/chat/completions?api-version=2024-06-01",
                "\(Self.azure)?api-version=2024-06-01"
            ),
            AddressRow(
                .azure,
                "https://res.openai.azure.com/?api-version=2024-10-21",
                "\(Self.azure)?api-version=2024-10-21"
            ),
        ]
        + [
            "https://res.openai.azure.com/openai/v1", "https://res.openai.azure.com/openai/v1/",
            "https://res.openai.azure.com/openai/v1/chat/completions", "https://res.openai.azure.com/v1",
            "https://res.openai.azure.com/openai/v1/responses?api-version=preview",
        ].map { AddressRow(.azure, $0, "https://res.openai.azure.com/openai/v1/chat/completions") }
}

@Suite
struct `Base URLs are taken as people paste them` {
    @Test(arguments: AddressRow.all)
    func `A chat call goes where the product page says`(row: AddressRow) throws {
        let call = try ProviderCall(.test(row.type, row.typed))

        let url = call.url(.chatCompletions)

        #expect(url == row.effective)
    }

    @Test(
        arguments: [
            ("https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
            ("api.anthropic.com/", "https://api.anthropic.com/v1/messages"),
            ("https://api.anthropic.com/v1", "https://api.anthropic.com/v1/messages"),
            ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1/messages"),
            ("https://api.anthropic.com/v1/messages/count_tokens", "https://api.anthropic.com/v1/messages"),
            ("https://api.anthropic.com/v1/models", "https://api.anthropic.com/v1/messages"),
            ("https://api.minimaxi.com", "https://api.minimaxi.com/anthropic/v1/messages"),
            ("https://api.minimax.chat/", "https://api.minimax.chat/anthropic/v1/messages"),
            ("https://api.minimax.io", "https://api.minimax.io/anthropic/v1/messages"),
            ("https://minimaxi.com", "https://minimaxi.com/anthropic/v1/messages"),
            ("https://API.MiniMaxi.com", "https://api.minimaxi.com/anthropic/v1/messages"),
            ("https://api.minimaxi.com/anthropic", "https://api.minimaxi.com/anthropic/v1/messages"),
            ("https://api.minimaxi.com/anthropic/v1", "https://api.minimaxi.com/anthropic/v1/messages"),
            ("https://api.minimaxi.com/anthropic/v1/messages", "https://api.minimaxi.com/anthropic/v1/messages"),
            ("https://api.minimaxi.com/v1", "https://api.minimaxi.com/anthropic/v1/messages"),
            ("https://notminimaxi.com", "https://notminimaxi.com/v1/messages"),
            ("https://api.deepseek.com/anthropic", "https://api.deepseek.com/anthropic/v1/messages"),
            ("http://localhost:8080/proxy", "http://localhost:8080/proxy/v1/messages"),
        ]
    )
    func `A Messages call goes where the product page says`(typed: String, effective: String) throws {
        let call = try ProviderCall(.test(.anthropic, typed))

        let url = call.url(.messages)

        #expect(url == effective)
    }

    @Test(
        arguments: [
            "https://generativelanguage.googleapis.com", "generativelanguage.googleapis.com/",
            "https://generativelanguage.googleapis.com/v1beta", "https://generativelanguage.googleapis.com/v1beta/",
            "https://generativelanguage.googleapis.com/v1beta/models",
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent",
        ]
    )
    func `A Gemini call goes to the native API`(typed: String) throws {
        let call = try ProviderCall(.test(.gemini, typed))

        let whole = call.url(.generateContent, model: "gemini-2.5-pro")
        let stream = call.url(.streamGenerateContent, model: "gemini-2.5-pro")

        let base = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro"
        #expect(whole == "\(base):generateContent")
        #expect(stream == "\(base):streamGenerateContent?alt=sse")
    }

    @Test
    func `A version of Gemini that was typed stays`() throws {
        let call = try ProviderCall(.test(.gemini, "https://g.example/v1"))

        let url = call.url(.generateContent, model: "g")

        #expect(url == "https://g.example/v1/models/g:generateContent")
    }

    @Test(
        arguments: [
            ("", "empty"), ("   ", "empty"), ("https://", "host"), ("https:///v1", "host"),
            ("ftp://x.example", "https://"), ("ws://x.example", "https://"),
            ("https://user:pass@x.example", "user name"), ("https://x.example/#a", "fragment"),
            ("https://x.example/a b", "space"), ("https://bücher.example", "ASCII"), ("https://x.example:0", "port"),
            ("https://x.example:65536", "port"), ("https://x.example:", "port"), ("https://x.example:abc", "port"),
            ("https://x.example:+80", "port"), ("https://[::1", "bracket"), ("https://[::1]x", "host"),
            ("https://exa_mple!.com", "host"), ("https://x.example?key=sk-1234", "query"), ("https://::1", "host"),
            ("https://x.example\r\nevil: 1", "space"), ("https://[]", "host"),
        ]
    )
    func `What is no usable address is refused with a reason`(typed: String, word: String) {
        let error = #expect(throws: ProviderAddress.Invalid.self) {
            try ProviderAddress(baseURL: typed, type: .openai)
        }

        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test
    func `A refused address does not repeat a key that was pasted into it`() {
        let error = #expect(throws: ProviderAddress.Invalid.self) {
            try ProviderAddress(baseURL: "https://g.example/v1beta?key=AIza-secret-secret", type: .gemini)
        }

        #expect(error?.description.contains("AIza") == false)
    }

    @Test
    func `An address shows what calls begin with`() throws {
        let typed = ["localhost:11434", "http://[::1]:11434/api/", "https://x.example:443"]

        let urls = try typed.map { try ProviderAddress(baseURL: $0, type: .openai).url }

        #expect(urls == ["https://localhost:11434/v1", "http://[::1]:11434/api/v1", "https://x.example/v1"])
    }
}
