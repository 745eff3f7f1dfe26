import Dialects
import GenerationModel
import Testing

private let created = #"{"type":"response.created","response":{"id":"resp_1","status":"in_progress","error":null}}"#
private let inProgress = #"{"type":"response.in_progress","response":{"id":"resp_1","usage":null}}"#
private let message = #"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}"#
private let part = #"{"type":"response.content_part.added","part":{"type":"output_text","text":""}}"#
private let delta = #"{"type":"response.output_text.delta","delta":"Hi","obfuscation":"abc"}"#
private let counts = """
    "usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":1},"output_tokens":5,\
    "output_tokens_details":{"reasoning_tokens":2},"total_tokens":14}
    """
private let completed = #"{"type":"response.completed","response":{"status":"completed","error":null,\#(counts)}}"#
private let used = TokenUsage(input: 9, output: 5, cachedRead: 1, reasoning: 2)

extension StreamRow {
    static let responses: [StreamRow] = [
        StreamRow("Text", typedEvents(created, inProgress, message, part, delta, completed), "ppppcc", .ended, used),
        StreamRow(
            "Without event lines",
            events(created, inProgress, message, part, delta, completed),
            "ppppcc",
            .ended,
            used
        ),
        StreamRow(
            "A function call",
            typedEvents(
                created,
                #"{"type":"response.output_item.added","item":{"type":"function_call","name":"f","arguments":""}}"#,
                #"{"type":"response.function_call_arguments.delta","delta":"{"}"#,
                completed
            ),
            "pccc",
            .ended,
            used
        ),
        StreamRow(
            "Reasoning",
            typedEvents(
                #"{"type":"response.queued","response":{}}"#,
                #"{"type":"response.output_item.added","item":{"type":"reasoning","summary":[]}}"#,
                #"{"type":"response.reasoning_summary_part.added","part":{"type":"summary_text","text":""}}"#,
                #"{"type":"response.reasoning_summary_text.delta","delta":"Hm"}"#
            ),
            "pppc",
            .open
        ),
        StreamRow(
            "Reasoning parts of Bedrock",
            events(
                #"{"type":"response.reasoning_part.added","part":{"type":"reasoning_text","text":""}}"#,
                #"{"type":"response.reasoning_text.delta","delta":"Hm"}"#
            ),
            "pc",
            .open
        ),
        StreamRow(
            "Incomplete",
            typedEvents(
                created,
                delta,
                #"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"x"},\#(counts)}}"#
            ),
            "pcc",
            .ended,
            used
        ),
        StreamRow(
            "Failed",
            typedEvents(
                created,
                #"{"type":"response.failed","response":{"error":{"code":"server_error","message":"Sorry"},\#(counts)}}"#
            ),
            "pf",
            .open,
            used
        ),
        StreamRow("An error event", typedEvents(created, #"{"type":"error","code":"x","message":"No"}"#), "pf", .open),
        StreamRow("An error without type", events(#"{"error":{"message":"No"}}"#), "f", .open),
        StreamRow("A keepalive", typedEvents(#"{"type":"keepalive","sequence_number":3}"#), "p", .open),
        StreamRow("Cut", typedEvents(created, message, part, delta), "pppc", .open),
        StreamRow("DONE of a compatible server", typedEvents(delta) + events("[DONE]"), "cp", .ended),
        StreamRow("Nonsense", events("{}", "x"), "mm", .open),
    ]
}

@Suite
struct `A Responses stream is listened to` {
    @Test(arguments: StreamRow.responses)
    func `Content, end and usage are told apart`(row: StreamRow) {
        let hearing = Hearing(.responses, row.stream)

        #expect(hearing.meanings == row.meanings)
        #expect(hearing.progress == row.progress)
        #expect(hearing.usage == row.usage)
        #expect(hearing.missingEnd.isEmpty)
    }

    @Test(arguments: StreamRow.responses, [1, 11])
    func `However it is cut`(row: StreamRow, step: Int) {
        let pieces = Hearing(.responses, row.stream, step: step)

        #expect(pieces == Hearing(.responses, row.stream))
    }

    @Test
    func `The words of a failure are kept`() {
        let stream = typedEvents(#"{"type":"response.failed","response":{"error":{"code":"c","message":"Sorry"}}}"#)

        let hearing = Hearing(.responses, stream)

        #expect(hearing.failure == UpstreamMessage(text: "Sorry", code: "c"))
    }
}
