import Dialects
import GenerationModel
import Testing

/// A stream and what must be heard in it: one letter for each event.
struct StreamRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var stream: String
    var meanings: String
    var progress: StreamWatcher.Progress
    var usage: TokenUsage

    init(
        _ name: String,
        _ stream: String,
        _ meanings: String,
        _ progress: StreamWatcher.Progress,
        _ usage: TokenUsage = TokenUsage()
    ) {
        self.testDescription = name
        self.stream = stream
        self.meanings = meanings
        self.progress = progress
        self.usage = usage
    }
}

/// Writes a chunk of Chat Completions.
private func chunk(_ delta: String, finish: String = "null", more: String = "", index: Int = 0) -> String {
    #"{"id":"c1","object":"chat.completion.chunk","choices":[{"index":\#(index),"delta":\#(delta),"#
        + #""logprobs":null,"finish_reason":\#(finish)}]\#(more)}"#
}

private let role = chunk(#"{"role":"assistant","content":"","refusal":null}"#)
private let text = chunk(#"{"content":"Hi"}"#)
private let stop = chunk("{}", finish: #""stop""#)

extension StreamRow {
    static let chat: [StreamRow] = [
        StreamRow(
            "OpenAI with usage",
            events(
                role,
                text,
                stop,
                """
                {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12,\
                "prompt_tokens_details":{"cached_tokens":2}}}
                """,
                "[DONE]"
            ),
            "pccpp",
            .ended,
            TokenUsage(input: 9, output: 3, cachedRead: 2)
        ),
        StreamRow("OpenAI cut before its end", events(role, text), "pc", .open),
        StreamRow("OpenAI without DONE", events(role, text, stop), "pcc", .finished),
        StreamRow("A refusal", events(role, chunk(#"{"refusal":"I"}"#), stop, "[DONE]"), "pccp", .ended),
        StreamRow(
            "Tool calls",
            events(
                role,
                chunk(#"{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"f","arguments":""}}]}"#),
                chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#),
                chunk("{}", finish: #""tool_calls""#),
                "[DONE]"
            ),
            "pcccp",
            .ended
        ),
        StreamRow(
            "DeepSeek reasoning and usage in the finish chunk",
            events(
                chunk(#"{"role":"assistant","content":null,"reasoning_content":""}"#),
                chunk(#"{"content":null,"reasoning_content":"Hm"}"#),
                chunk(#"{"content":"Hi","reasoning_content":null}"#),
                chunk(
                    #"{"content":"","reasoning_content":null}"#,
                    finish: #""stop""#,
                    more: """
                        ,"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"prompt_cache_hit_tokens":1,\
                        "completion_tokens_details":{"reasoning_tokens":4}}
                        """
                ),
                "[DONE]"
            ),
            "pcccp",
            .ended,
            TokenUsage(input: 5, output: 7, cachedRead: 1, reasoning: 4)
        ),
        StreamRow(
            "OpenRouter with comments, two finishes and usage",
            ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"
                + events(
                    chunk(#"{"role":"assistant","content":"","reasoning":null,"reasoning_details":[]}"#),
                    chunk(#"{"role":"assistant","content":"","reasoning":"We","reasoning_details":[{"text":"We"}]}"#),
                    chunk(#"{"role":"assistant","content":"Hi"}"#),
                    chunk(#"{"role":"assistant","content":""}"#, finish: #""stop""#),
                    chunk(
                        #"{"role":"assistant","content":""}"#,
                        finish: #""stop""#,
                        more: #","usage":{"prompt_tokens":5,"completion_tokens":2}"#
                    ),
                    "[DONE]"
                ),
            "pccccp",
            .ended,
            TokenUsage(input: 5, output: 2)
        ),
        StreamRow(
            "OpenRouter breaks off with an error",
            events(
                text,
                """
                {"id":"g","error":{"code":502,"message":"Provider disconnected"},\
                "choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}
                """
            ),
            "cf",
            .open
        ),
        StreamRow(
            "Azure begins with an empty chunk and ends with offsets",
            events(
                #"{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}"#,
                role,
                text,
                stop,
                #"{"choices":[{"content_filter_offsets":{"check_offset":1},"finish_reason":null,"index":0}],"id":""}"#,
                "[DONE]"
            ),
            "ppccpp",
            .ended
        ),
        StreamRow(
            "Groq usage in x_groq",
            events(
                chunk(#"{"role":"assistant","content":""}"#, more: #","x_groq":{"id":"req_1"}"#),
                chunk(#"{"reasoning":"Hm"}"#),
                chunk(
                    "{}",
                    finish: #""stop""#,
                    more: #","x_groq":{"id":"r","usage":{"queue_time":0.1,"prompt_tokens":18,"completion_tokens":73}}"#
                ),
                "[DONE]"
            ),
            "pccp",
            .ended,
            TokenUsage(input: 18, output: 73)
        ),
        StreamRow(
            "Groq error event",
            events(role) + "event: error\ndata: {\"error\":{\"message\":\"Failed\",\"code\":\"tool_use_failed\"}}\n\n",
            "pf",
            .open
        ),
        StreamRow(
            "Mistral content arrays",
            events(
                chunk(#"{"role":"assistant","content":""}"#, more: #","p":"abc""#),
                chunk(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Ok"}]}]}"#),
                chunk(#"{"content":"Hi"}"#),
                chunk(
                    #"{"content":"","tool_calls":[{"id":"abcdefghi","function":{"name":"f","arguments":"{}"}}]}"#,
                    finish: #""tool_calls""#,
                    more: #","usage":{"prompt_tokens":1,"completion_tokens":2,"num_cached_tokens":0}"#
                ),
                "[DONE]"
            ),
            "pcccp",
            .ended,
            TokenUsage(input: 1, output: 2, cachedRead: 0)
        ),
        StreamRow(
            "Ollama with reasoning and a whole tool call",
            events(
                chunk(#"{"role":"assistant","content":"","reasoning":"So"}"#),
                chunk(#"{"role":"assistant","content":"","tool_calls":[{"index":0,"function":{"name":"f"}}]}"#),
                chunk(#"{"role":"assistant","content":""}"#, finish: #""tool_calls""#),
                "[DONE]"
            ),
            "cccp",
            .ended
        ),
        StreamRow(
            "Perplexity with CRLF and without DONE",
            [text, stop].map { "data: \($0)\r\n\r\n" }.joined()
                + "data: {\"object\":\"chat.completion.done\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
                + "\"message\":{\"content\":\"Hi\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\r\n\r\n",
            "ccc",
            .finished,
            TokenUsage(input: 1, output: 1)
        ),
        StreamRow(
            "Snowflake's empty finish_reason is none",
            events(chunk(#"{"content":"Hi"}"#, finish: #""""#), chunk(#"{"content":"!"}"#, finish: #""""#)),
            "cc",
            .open
        ),
        StreamRow(
            "Gemini's compatible endpoint",
            events(
                chunk(
                    #"{"role":"assistant","tool_calls":[{"id":"","extra_content":{"google":{"thought_signature":"x"}}}]}"#
                ),
                stop,
                "[DONE]"
            ),
            "ccp",
            .ended
        ),
        StreamRow("A malformed event", events(text, "{\"choices\":[", stop, "[DONE]"), "cmcp", .ended),
        StreamRow("An error as a string", events(role, #"{"error":"model runner stopped"}"#), "pf", .open),
        StreamRow("An error that is null", events(#"{"error":null,"choices":[]}"#, text), "pc", .open),
        StreamRow("Nothing but DONE", events("[DONE]"), "p", .ended),
        StreamRow("More after DONE", events(stop, "[DONE]", chunk("{}", index: 1)), "cpp", .ended),
        StreamRow("Nothing", "", "", .open),
        StreamRow(
            "The first of two answers is complete, the second is not",
            events(role, chunk(#"{"role":"assistant"}"#, index: 1), text, stop, chunk(#"{"content":"B"}"#, index: 1)),
            "ppccc",
            .open
        ),
        StreamRow(
            "Both answers are complete",
            events(text, chunk(#"{"content":"B"}"#, index: 1), stop, chunk("{}", finish: #""length""#, index: 1)),
            "cccc",
            .finished
        ),
    ]
}

@Suite
struct `A Chat stream is listened to` {
    @Test(arguments: StreamRow.chat)
    func `Whatever the provider makes of it`(row: StreamRow) {
        let hearing = Hearing(.chatCompletions, row.stream)

        #expect(hearing.meanings == row.meanings)
        #expect(hearing.progress == row.progress)
        #expect(hearing.usage == row.usage)
        #expect(hearing.isWhole == (row.progress != .open))
        #expect(hearing.missingEnd == (row.progress == .finished ? "data: [DONE]\n\n" : ""))
    }

    @Test(arguments: StreamRow.chat, [1, 7])
    func `However it is cut`(row: StreamRow, step: Int) {
        let whole = Hearing(.chatCompletions, row.stream)

        let pieces = Hearing(.chatCompletions, row.stream, step: step)

        #expect(pieces == whole)
    }

    @Test
    func `The older Completions are understood`() {
        let stream = events(
            #"{"choices":[{"text":"","index":0,"finish_reason":null}]}"#,
            #"{"choices":[{"text":"Hi","index":0,"finish_reason":null}]}"#,
            #"{"choices":[{"text":"","index":0,"finish_reason":"length"}],"usage":{"prompt_tokens":1}}"#,
            "[DONE]"
        )

        let hearing = Hearing(.completions, stream)

        #expect(hearing.meanings == "pccp")
        #expect(hearing.progress == .ended)
        #expect(hearing.usage == TokenUsage(input: 1))
    }

    @Test
    func `The words of an error event are kept`() {
        let stream = "event: error\ndata: {\"error\":{\"message\":\"Failed\",\"code\":\"tool_use_failed\"}}\n\n"

        let hearing = Hearing(.chatCompletions, stream)

        #expect(hearing.failure == UpstreamMessage(text: "Failed", code: "tool_use_failed"))
    }

    @Test
    func `Streams of other endpoints end when they end`() throws {
        let endpoint = try #require(Endpoint.at("/v1/images/generations"))

        let hearing = Hearing(
            endpoint,
            typedEvents(
                #"{"type":"image_generation.partial_image","b64_json":"AA"}"#,
                #"{"type":"image_generation.completed","usage":{"input_tokens":5,"output_tokens":6}}"#
            )
        )
        let failed = Hearing(endpoint, events(#"{"error":{"message":"No"}}"#))

        #expect(hearing.meanings == "cc")
        #expect(hearing.isWhole)
        #expect(hearing.missingEnd.isEmpty)
        #expect(hearing.usage == TokenUsage(input: 5, output: 6))
        #expect(failed.meanings == "f")
    }
}
