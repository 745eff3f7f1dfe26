import Dialects
import GenerationModel
import Testing

private let start = """
    {"type":"message_start","message":{"id":"msg_1","content":[],"stop_reason":null,"usage":{"input_tokens":10,\
    "cache_creation_input_tokens":5,"cache_read_input_tokens":100,"output_tokens":1}}}
    """
private let textStart = #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
private let textDelta = #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#
private let blockStop = #"{"type":"content_block_stop","index":0}"#
private let ping = #"{"type": "ping"}"#
private let finish = """
    {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}
    """
private let messageStop = #"{"type":"message_stop"}"#
private let used = TokenUsage(input: 115, output: 15, cachedRead: 100, cachedWrite: 5)
private let begun = TokenUsage(input: 115, output: 1, cachedRead: 100, cachedWrite: 5)

extension StreamRow {
    static let messages: [StreamRow] = [
        StreamRow(
            "Text",
            typedEvents(start, textStart, ping, textDelta, blockStop, finish, messageStop),
            "pppcpcp",
            .ended,
            used
        ),
        StreamRow(
            "Thinking, then a signature",
            typedEvents(
                start,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}"#,
                blockStop,
                finish,
                messageStop
            ),
            "pppccpcp",
            .ended,
            used
        ),
        StreamRow(
            "Redacted thinking",
            typedEvents(
                start,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"x"}}"#
            ),
            "pc",
            .open,
            begun
        ),
        StreamRow(
            "A tool call is content with its name",
            typedEvents(
                start,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#,
                blockStop,
                finish,
                messageStop
            ),
            "pcpcpcp",
            .ended,
            used
        ),
        StreamRow("Pings say nothing", typedEvents(start, ping, ping, ping), "pppp", .open, begun),
        StreamRow("Finished without message_stop", typedEvents(start, textDelta, finish), "pcc", .finished, used),
        StreamRow(
            "A later figure replaces an earlier one and a missing one stays",
            typedEvents(
                start,
                #"{"type":"message_delta","delta":{},"usage":{"output_tokens":3}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":20,"output_tokens":9}}"#
            ),
            "ppc",
            .finished,
            TokenUsage(input: 125, output: 9, cachedRead: 100, cachedWrite: 5)
        ),
        StreamRow(
            "A refusal without content",
            typedEvents(
                start,
                #"{"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"output_tokens":1}}"#,
                messageStop
            ),
            "pcp",
            .ended,
            begun
        ),
        StreamRow(
            "An error after the beginning",
            typedEvents(start, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#),
            "pf",
            .open,
            begun
        ),
        StreamRow("An unknown event", typedEvents(start, #"{"type":"new_thing","x":1}"#), "pp", .open, begun),
        StreamRow("Something that is no event", events("{}", "nonsense", "[]"), "mmm", .open),
    ]

    static let gemini: [StreamRow] = [
        StreamRow(
            "Text, usage in every chunk",
            events(
                """
                {"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"index":0}],\
                "usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}
                """,
                """
                {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],\
                "usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":3}}
                """
            ),
            "cc",
            .finished,
            TokenUsage(input: 4, output: 5, reasoning: 3)
        ),
        StreamRow(
            "A thought counts, an empty part does not",
            events(
                #"{"candidates":[{"content":{"parts":[{"text":"","thought":true}]}}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"Hm","thought":true}]}}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"abc"}]}}]}"#
            ),
            "pcc",
            .open
        ),
        StreamRow(
            "A whole function call",
            events(#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}]}"#),
            "c",
            .finished
        ),
        StreamRow(
            "A prompt that is blocked",
            events(
                #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7}}"#
            ),
            "c",
            .finished,
            TokenUsage(input: 7)
        ),
        StreamRow(
            "Vertex with a number for its reason and CRLF",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":1}]}\r\n\r\n",
            "c",
            .finished
        ),
        StreamRow(
            "An error after text",
            events(
                #"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#,
                #"{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}"#
            ),
            "cf",
            .open
        ),
        StreamRow(
            "One of two candidates is complete",
            events(
                #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0},{"index":1}]}"#,
                #"{"candidates":[{"finishReason":"STOP","index":0}]}"#
            ),
            "cc",
            .open
        ),
        StreamRow(
            "Usage alone",
            events(#"{"usageMetadata":{"promptTokenCount":1}}"#),
            "p",
            .open,
            TokenUsage(input: 1)
        ),
        StreamRow("Nonsense", events("nonsense"), "m", .open),
    ]
}

@Suite
struct `A Messages stream is listened to` {
    @Test(arguments: StreamRow.messages)
    func `Content, end and usage are told apart`(row: StreamRow) {
        let hearing = Hearing(.messages, row.stream)

        #expect(hearing.meanings == row.meanings)
        #expect(hearing.progress == row.progress)
        #expect(hearing.usage == row.usage)
        let owed = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
        #expect(hearing.missingEnd == (row.progress == .finished ? owed : ""))
    }

    @Test
    func `The words of an error are kept`() {
        let stream = typedEvents(#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#)

        let hearing = Hearing(.messages, stream)

        #expect(hearing.failure == UpstreamMessage(text: "Overloaded", type: "overloaded_error"))
    }

    @Test(arguments: StreamRow.messages, [1, 13])
    func `However it is cut`(row: StreamRow, step: Int) {
        let pieces = Hearing(.messages, row.stream, step: step)

        #expect(pieces == Hearing(.messages, row.stream))
    }
}

@Suite
struct `A Gemini stream is listened to` {
    @Test(arguments: StreamRow.gemini)
    func `Content, end and usage are told apart`(row: StreamRow) {
        let hearing = Hearing(.streamGenerateContent, row.stream)

        #expect(hearing.meanings == row.meanings)
        #expect(hearing.progress == row.progress)
        #expect(hearing.usage == row.usage)
        #expect(hearing.missingEnd.isEmpty)
    }
}
