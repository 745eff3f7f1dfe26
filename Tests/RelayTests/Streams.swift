/// Hand-written streams of each dialect.
enum Streams {
    static let role = event(#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#)
    static let hello = event(#"{"choices":[{"index":0,"delta":{"content":"Hällo"},"finish_reason":null}]}"#)
    static let world = event(#"{"choices":[{"index":0,"delta":{"content":" wörld"},"finish_reason":null}]}"#)
    static let stop = event(#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#)
    static let usage = event(#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}"#)
    static let done = event("[DONE]")
    static let comment = ": OPENROUTER PROCESSING\n\n"
    static let chat = role + hello + world + stop + usage + done

    static func event(_ data: String) -> String { "data: \(data)\n\n" }

    static func named(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }

    static let messages =
        named("message_start", #"{"type":"message_start","message":{"usage":{"input_tokens":4,"output_tokens":1}}}"#)
        + named("ping", #"{"type":"ping"}"#)
        + named("content_block_start", #"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#)
        + named("content_block_delta", #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hé"}}"#)
        + named("content_block_stop", #"{"type":"content_block_stop","index":0}"#)
        + named("message_delta", #"{"type":"message_delta","delta":{"stop_reason":"x"},"usage":{"output_tokens":7}}"#)
        + named("message_stop", #"{"type":"message_stop"}"#)

    static let responses =
        named("response.created", #"{"type":"response.created","response":{"id":"resp_1"}}"#)
        + named("response.output_text.delta", #"{"type":"response.output_text.delta","delta":"Hé"}"#)
        + named(
            "response.completed",
            #"{"type":"response.completed","response":{"usage":{"input_tokens":4,"output_tokens":7}}}"#
        )

    static let geminiFirst = #"{"candidates":[{"content":{"parts":[{"text":"Hé"}]}}]}"#
    static let geminiLast =
        #"{"candidates":[{"content":{},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4}}"#
    static let gemini = "data: \(geminiFirst)\r\n\r\ndata: \(geminiLast)\r\n\r\n"
}
