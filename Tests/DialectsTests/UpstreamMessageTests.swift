import Dialects
import Testing

/// An error body and what must be read from it.
struct MessageRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var json: String
    var text: String
    var code: String?
    var type: String?
    var parameter: String?
    var delay: Double?

    init(
        _ name: String,
        _ json: String,
        _ text: String,
        code: String? = nil,
        type: String? = nil,
        parameter: String? = nil,
        delay: Double? = nil
    ) {
        self.testDescription = name
        self.json = json
        self.text = text
        self.code = code
        self.type = type
        self.parameter = parameter
        self.delay = delay
    }

    static let all: [MessageRow] = [
        MessageRow(
            "OpenAI",
            #"{"error":{"message":"Unsupported","type":"invalid_request_error","param":"max_tokens","code":"unsupported"}}"#,
            "Unsupported",
            code: "unsupported",
            type: "invalid_request_error",
            parameter: "max_tokens"
        ),
        MessageRow(
            "OpenAI with nulls",
            #"{"error":{"message":"Slow down","type":"requests","param":null,"code":null}}"#,
            "Slow down",
            type: "requests"
        ),
        MessageRow(
            "Anthropic",
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#,
            "Overloaded",
            type: "overloaded_error"
        ),
        MessageRow(
            "Gemini with a retry delay",
            """
            {"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/\
            google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}
            """,
            "Quota",
            code: "RESOURCE_EXHAUSTED",
            type: "RESOURCE_EXHAUSTED",
            delay: 34.5
        ),
        MessageRow(
            "Gemini in an array",
            #"[{"error":{"code":400,"message":"Bad","status":"INVALID_ARGUMENT"}}]"#,
            "Bad",
            code: "INVALID_ARGUMENT",
            type: "INVALID_ARGUMENT"
        ),
        MessageRow(
            "xAI",
            #"{"code":"Client specified an invalid argument","error":"Model not found: grok"}"#,
            "Model not found: grok",
            code: "Client specified an invalid argument"
        ),
        MessageRow("Ollama", #"{"error":"model 'x' not found"}"#, "model 'x' not found"),
        MessageRow(
            "vLLM",
            #"{"object":"error","message":"No such model","type":"NotFoundError","param":null,"code":404}"#,
            "No such model",
            code: "404",
            type: "NotFoundError"
        ),
        MessageRow("FastAPI text", #"{"detail":"Not Found"}"#, "Not Found"),
        MessageRow(
            "FastAPI list",
            #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#,
            #"[{"loc":["body"],"msg":"field required"}]"#
        ),
        MessageRow(
            "Azure content filter",
            """
            {"error":{"message":"The response was filtered","type":null,"param":"prompt","status":400,\
            "innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}}
            """,
            "The response was filtered",
            code: "ResponsibleAIPolicyViolation",
            parameter: "prompt"
        ),
        MessageRow(
            "OpenRouter",
            #"{"error":{"code":402,"message":"Insufficient credits","metadata":{}},"user_id":"u"}"#,
            "Insufficient credits",
            code: "402"
        ),
        MessageRow(
            "Mistral",
            #"{"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500"}"#,
            "Invalid model: x",
            code: "1500",
            type: "invalid_model"
        ),
        MessageRow("SiliconFlow", #"{"code":20012,"message":"No model","data":null}"#, "No model", code: "20012"),
        MessageRow("msg instead of message", #"{"error":{"code":"1113","msg":"余额不足"}}"#, "余额不足", code: "1113"),
        MessageRow("msg at the top", #"{"code":500,"msg":"busy"}"#, "busy", code: "500"),
        MessageRow(
            "Responses failed",
            #"{"type":"response.failed","response":{"error":{"code":"server_error","message":"Sorry"}}}"#,
            "Sorry",
            code: "server_error"
        ),
        MessageRow(
            "Responses error event",
            #"{"type":"error","code":"rate_limit_exceeded","message":"Later","param":null,"sequence_number":1}"#,
            "Later",
            code: "rate_limit_exceeded",
            type: "error"
        ),
        MessageRow("An error without words", #"{"error":{"code":"x"}}"#, "", code: "x"),
    ]
}

@Suite
struct `What a provider says of a failure is understood in every shape` {
    @Test(arguments: MessageRow.all)
    func `Words, code, type and parameter are found`(row: MessageRow) throws {
        let message = try #require(UpstreamMessage.read(row.json))

        #expect(message.text == row.text)
        #expect(message.code == row.code)
        #expect(message.type == row.type)
        #expect(message.parameter == row.parameter)
        #expect(message.retryDelaySeconds == row.delay)
    }

    @Test(
        arguments: [
            "", "<html>502</html>", "{}", "[]", "null", "1", "\"text\"", #"{"id":"x","choices":[]}"#,
            #"{"error":null}"#, #"{"error":1}"#, "{", #"{"message":{"role":"assistant"}}"#,
        ]
    )
    func `What is no error in a known shape is nothing`(body: String) {
        let message = UpstreamMessage.read(body)

        #expect(message == nil)
    }

    @Test
    func `Endless words are cut`() {
        let message = UpstreamMessage.read(#"{"error":"\#(String(repeating: "模", count: 5000))"}"#)

        #expect(message?.text.count == UpstreamMessage.maximumLength)
    }

    @Test(
        arguments: [
            ("", ""), ("  bad\r\n\tgateway ", "bad gateway"),
            ("<html>\n<head><title>502</title></head>", "<html> <head><title>502</title></head>"),
        ]
    )
    func `A page is told on one line`(body: String, text: String) {
        let bytes = Array(body.utf8)

        let message = UpstreamMessage(plain: bytes.span.bytes)

        #expect(message == UpstreamMessage(text: text))
    }

    @Test
    func `Of a long page only the beginning is told`() {
        let bytes = Array(repeating: UInt8(ascii: "x"), count: 100_000)

        let message = UpstreamMessage(plain: bytes.span.bytes)

        #expect(message.text == String(repeating: "x", count: 400))
    }
}
