import Dialects
import GenerationModel
import Testing

/// A whole answer and the usage that must be read from it; dialects.md §6.
struct UsageRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var endpoint: Endpoint
    var json: String
    var usage: TokenUsage

    init(_ name: String, _ endpoint: Endpoint, _ json: String, _ usage: TokenUsage) {
        self.testDescription = name
        self.endpoint = endpoint
        self.json = json
        self.usage = usage
    }

    static let all: [UsageRow] = [
        UsageRow(
            "OpenAI Chat",
            .chatCompletions,
            """
            {"id":"c","choices":[{"message":{"content":"usage"}}],"usage":{"prompt_tokens":100,"completion_tokens":20,\
            "total_tokens":120,"prompt_tokens_details":{"cached_tokens":64,"cache_write_tokens":8,"audio_tokens":1},\
            "completion_tokens_details":{"reasoning_tokens":7,"audio_tokens":0}}}
            """,
            TokenUsage(input: 100, output: 20, cachedRead: 64, cachedWrite: 8, reasoning: 7)
        ),
        UsageRow(
            "xAI leaves reasoning out of the completion",
            .chatCompletions,
            """
            {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":45,\
            "completion_tokens_details":{"reasoning_tokens":30}}}
            """,
            TokenUsage(input: 10, output: 35, reasoning: 30)
        ),
        UsageRow(
            "A total that fits keeps the completion",
            .chatCompletions,
            """
            {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":35,"total_tokens":45,\
            "completion_tokens_details":{"reasoning_tokens":30}}}
            """,
            TokenUsage(input: 10, output: 35, reasoning: 30)
        ),
        UsageRow(
            "DeepSeek",
            .chatCompletions,
            """
            {"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_cache_hit_tokens":4,\
            "prompt_cache_miss_tokens":6}}
            """,
            TokenUsage(input: 10, output: 5, cachedRead: 4)
        ),
        UsageRow(
            "Mistral",
            .chatCompletions,
            #"{"usage":{"prompt_tokens":10,"completion_tokens":5,"num_cached_tokens":3}}"#,
            TokenUsage(input: 10, output: 5, cachedRead: 3)
        ),
        UsageRow(
            "Responses",
            .responses,
            """
            {"error":null,"status":"completed","usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":2},\
            "output_tokens":4,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":13}}
            """,
            TokenUsage(input: 9, output: 4, cachedRead: 2, reasoning: 1)
        ),
        UsageRow(
            "Anthropic leaves the cache out of the input",
            .messages,
            """
            {"type":"message","content":[],"usage":{"input_tokens":10,"cache_creation_input_tokens":100,\
            "cache_read_input_tokens":1000,"output_tokens":50,"output_tokens_details":{"thinking_tokens":20}}}
            """,
            TokenUsage(input: 1110, output: 50, cachedRead: 1000, cachedWrite: 100, reasoning: 20)
        ),
        UsageRow(
            "Gemini leaves thoughts out of the candidates",
            .generateContent,
            """
            {"candidates":[],"usageMetadata":{"promptTokenCount":20,"toolUsePromptTokenCount":5,"candidatesTokenCount":7,\
            "thoughtsTokenCount":3,"cachedContentTokenCount":4,"totalTokenCount":35}}
            """,
            TokenUsage(input: 25, output: 10, cachedRead: 4, reasoning: 3)
        ),
        UsageRow(
            "Embeddings",
            .embeddings,
            #"{"object":"list","data":[],"usage":{"prompt_tokens":8,"total_tokens":8}}"#,
            TokenUsage(input: 8)
        ),
        UsageRow("Nothing was told", .chatCompletions, #"{"choices":[]}"#, TokenUsage()),
        UsageRow("Null was told", .chatCompletions, #"{"usage":null,"error":null}"#, TokenUsage()),
        UsageRow(
            "Zero is not nothing",
            .chatCompletions,
            #"{"usage":{"prompt_tokens":0,"completion_tokens":0}}"#,
            TokenUsage(input: 0, output: 0)
        ),
        UsageRow("Nonsense tells nothing", .chatCompletions, #"{"usage":{"prompt_tokens":"many"}}"#, TokenUsage()),
    ]
}

@Suite
struct `A whole answer is judged` {
    @Test(arguments: UsageRow.all)
    func `Its usage is read by meaning`(row: UsageRow) {
        let bytes = Array(row.json.utf8)

        let answer = WholeAnswer(row.endpoint, body: bytes.span.bytes)

        #expect(answer == .answer(row.usage))
    }

    @Test(
        arguments: [
            (.chatCompletions, #"{"error":{"message":"No","code":"x"}}"#, "No"),
            (.chatCompletions, #"{"id":"1","choices":[],"error":"overloaded"}"#, "overloaded"),
            (.messages, #"{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}"#, "Busy"),
            (.generateContent, #"{"error":{"code":503,"message":"Try later","status":"UNAVAILABLE"}}"#, "Try later"),
            (.responses, #"{"status":"failed","error":{"code":"server_error","message":"Oh"}}"#, "Oh"),
            (.chatCompletions, #"{"error":true}"#, "the provider reported an error"),
        ] as [(Endpoint, String, String)]
    )
    func `An error that is sent as a success is a failure`(endpoint: Endpoint, json: String, text: String) {
        let bytes = Array(json.utf8)

        let answer = WholeAnswer(endpoint, body: bytes.span.bytes)

        guard case .failure(let message) = answer else {
            Issue.record("\(json) is \(answer)")
            return
        }
        #expect(message.text == text)
    }

    @Test(arguments: ["", "<html>", "{", "[]", "null", "ok", #"{"a":1} x"#, "data: {}\n\n"])
    func `What is no JSON object is malformed`(body: String) {
        let bytes = Array(body.utf8)

        let answer = WholeAnswer(.chatCompletions, body: bytes.span.bytes)

        #expect(answer == .malformed)
    }

    @Test(
        arguments: [
            #"{"error":null}"#, #"{"error":{}}"#, #"{"error":""}"#, #"{"error":false}"#, #"{"type":"message"}"#,
        ]
    )
    func `An error that says nothing is none`(body: String) {
        let bytes = Array(body.utf8)

        let answer = WholeAnswer(.messages, body: bytes.span.bytes)

        #expect(answer == .answer(TokenUsage()))
    }

    @Test
    func `Later figures replace earlier ones and missing ones stay`() {
        var usage = TokenUsage(input: 10, output: 1, cachedRead: 3)

        usage.update(with: TokenUsage(output: 9, cachedWrite: 2, reasoning: 4))

        #expect(usage == TokenUsage(input: 10, output: 9, cachedRead: 3, cachedWrite: 2, reasoning: 4))
        #expect(!usage.isEmpty)
        #expect(TokenUsage().isEmpty)
    }
}
