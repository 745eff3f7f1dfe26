import Relay
import Testing

/// An error as a provider sends it, and its class.
struct FailureRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var status: Int
    var body: String
    var expected: FailureClass

    init(_ name: String, _ status: Int, _ body: String, _ expected: FailureClass) {
        self.testDescription = "\(status) \(name)"
        self.status = status
        self.body = body
        self.expected = expected
    }

    /// OpenAI's form.
    static func openAI(
        _ name: String,
        _ status: Int,
        _ text: String,
        type: String = "invalid_request_error",
        code: String? = nil,
        _ expected: FailureClass
    ) -> FailureRow {
        let code = code.map { "\"\($0)\"" } ?? "null"
        let body = #"{"error":{"message":"\#(text)","type":"\#(type)","param":null,"code":\#(code)}}"#
        return FailureRow(name, status, body, expected)
    }

    /// Anthropic's form.
    static func anthropic(_ status: Int, _ type: String, _ text: String, _ expected: FailureClass) -> FailureRow {
        FailureRow(
            "Anthropic \(type)",
            status,
            #"{"type":"error","error":{"type":"\#(type)","message":"\#(text)"},"request_id":"req_1"}"#,
            expected
        )
    }

    /// Google's form.
    static func gemini(_ status: Int, _ word: String, _ text: String, _ expected: FailureClass) -> FailureRow {
        FailureRow(
            "Gemini \(word)",
            status,
            #"{"error":{"code":\#(status),"message":"\#(text)","status":"\#(word)"}}"#,
            expected
        )
    }

    static let keys: [FailureRow] = [
        .openAI("OpenAI key", 401, "Incorrect API key provided: sk-abc", code: "invalid_api_key", .keyRejected),
        .openAI("DeepSeek key", 401, "Authentication Fails", type: "authentication_error", code: "x", .keyRejected),
        FailureRow("Azure key", 401, #"{"error":{"code":"401","message":"Access denied due to key"}}"#, .keyRejected),
        FailureRow("Mistral key", 401, #"{"detail":"Invalid API Key"}"#, .keyRejected),
        FailureRow("OpenRouter key", 401, #"{"error":{"message":"No auth","code":401}}"#, .keyRejected),
        .anthropic(401, "authentication_error", "invalid x-api-key", .keyRejected),
        .anthropic(403, "permission_error", "Your API key does not have permission", .keyRejected),
        .gemini(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", .keyRejected),
        .gemini(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers", .keyRejected),
        .openAI("a country", 403, "Country not supported", code: "unsupported_country", .keyRejected),
        FailureRow("Cloudflare's page", 403, "<html>Forbidden</html>", .keyRejected),
        FailureRow("nothing", 401, "", .keyRejected),
    ]

    static let credit: [FailureRow] = [
        .openAI("DeepSeek balance", 402, "Insufficient Balance", type: "unknown_error", .outOfCredit),
        .openAI("OpenAI", 429, "Quota", type: "insufficient_quota", code: "insufficient_quota", .outOfCredit),
        .openAI("Moonshot quota", 429, "Please check", type: "exceeded_current_quota_error", .outOfCredit),
        .anthropic(400, "invalid_request_error", "Your credit balance is too low to access the API", .outOfCredit),
        FailureRow("OpenRouter", 402, #"{"error":{"code":402,"message":"Insufficient credits"}}"#, .outOfCredit),
        FailureRow("Zhipu", 429, #"{"error":{"code":"1113","message":"余额不足或无可用资源包"}}"#, .outOfCredit),
        .openAI("DashScope", 400, "Access denied, please check your account", code: "Arrearage", .outOfCredit),
        FailureRow("SiliconFlow", 403, #"{"code":30001,"message":"Your balance is insufficient"}"#, .outOfCredit),
        FailureRow("nothing", 402, "", .outOfCredit),
    ]

    static let limits: [FailureRow] = [
        .openAI("OpenAI", 429, "Rate limit reached", type: "requests", code: "rate_limit_exceeded", .rateLimited),
        .anthropic(429, "rate_limit_error", "This request would exceed your rate limit", .rateLimited),
        .anthropic(529, "overloaded_error", "Overloaded", .rateLimited),
        .gemini(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, check your plan", .rateLimited),
        .openAI("Moonshot", 429, "The engine is overloaded", type: "engine_overloaded_error", .rateLimited),
        FailureRow("OpenRouter", 429, #"{"error":{"code":429,"message":"Provider returned error"}}"#, .rateLimited),
        FailureRow("a page", 429, "<html>slow down</html>", .rateLimited),
    ]

    static let transient: [FailureRow] =
        [408, 500, 502, 503, 504, 520, 521, 522, 523, 524].map {
            FailureRow("a page", $0, "<html>down</html>", .transient)
        } + [
            .openAI("OpenAI", 500, "The server had an error", type: "server_error", .transient),
            .gemini(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", .transient),
            .anthropic(500, "api_error", "Internal server error", .transient),
            .openAI("words of a caller's fault", 502, "maximum context length", type: "x", .transient),
        ]

    static let context: [FailureRow] = [
        .openAI("OpenAI", 400, "This is too long", code: "context_length_exceeded", .contextTooLong),
        .openAI("DeepSeek", 400, "This model's maximum context length is 1048565 tokens. However", .contextTooLong),
        .openAI("Responses", 400, "Your input exceeds the context window of this model.", .contextTooLong),
        .openAI("Ollama", 400, "prompt too long; exceeded max context length by 1119046 tokens", .contextTooLong),
        .openAI("llama.cpp", 400, "the request exceeds the available context size, try", .contextTooLong),
        .openAI("Moonshot", 400, "Your request exceeded model token limit: 8192", .contextTooLong),
        .openAI("vLLM", 400, "The prompt (9) is longer than the maximum model length of 4", .contextTooLong),
        .openAI("MiniMax", 400, "invalid params, context window exceeds limit (2013)", .contextTooLong),
        .anthropic(400, "invalid_request_error", "prompt is too long: 203000 tokens > 200000 maximum", .contextTooLong),
        .anthropic(413, "request_too_large", "Prompt is too long", .contextTooLong),
        .gemini(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            .contextTooLong
        ),
        FailureRow(
            "xAI",
            400,
            #"{"code":"x","error":"This model's maximum prompt length is 131072 but the request contains 14"}"#,
            .contextTooLong
        ),
    ]

    static let policy: [FailureRow] = [
        .openAI("images", 400, "Your request was rejected", code: "content_policy_violation", .contentPolicy),
        .openAI("Azure", 400, "The response was filtered", type: "x", code: "content_filter", .contentPolicy),
        .openAI("reasoning", 400, "Invalid prompt: flagged", code: "invalid_prompt", .contentPolicy),
        .openAI("DashScope", 400, "Input data may contain", code: "data_inspection_failed", .contentPolicy),
        .anthropic(400, "invalid_request_error", "Output blocked by content filtering policy", .contentPolicy),
        FailureRow(
            "OpenRouter moderation",
            403,
            #"{"error":{"code":403,"message":"openai/x requires moderation. Your input was flagged for violence"}}"#,
            .contentPolicy
        ),
        FailureRow("xAI", 403, #"{"code":"x","error":"Content violates usage guidelines. Failed"}"#, .contentPolicy),
    ]

    static let models: [FailureRow] = [
        .openAI("OpenAI", 404, "The model `x` does not exist", code: "model_not_found", .modelGone),
        .openAI("Responses", 400, "The requested model 'x' does not exist.", code: "model_not_found", .modelGone),
        .openAI("verification", 403, "Your organization must be verified", code: "model_not_found", .modelGone),
        .openAI("Azure", 404, "The API deployment does not exist", code: "DeploymentNotFound", .modelGone),
        .openAI("DeepSeek", 400, "Model Not Exist", .modelGone),
        .openAI("vLLM", 404, "The model `x` does not exist.", type: "NotFoundError", .modelGone),
        .openAI("Mistral", 400, "Invalid model: x", type: "invalid_model", code: "1500", .modelGone),
        .openAI("Moonshot", 404, "Not found the model x", type: "resource_not_found_error", .modelGone),
        .openAI("Ollama", 404, "model 'x' not found", type: "api_error", .modelGone),
        .anthropic(404, "not_found_error", "model: claude-nonexistent", .modelGone),
        .gemini(404, "NOT_FOUND", "models/x is not found for API version v1beta", .modelGone),
        .gemini(404, "NOT_FOUND", "Publisher Model `projects/p/models/x` not found.", .modelGone),
        FailureRow("Ollama's own", 404, #"{"error":"model \"x\" not found, try pulling it first"}"#, .modelGone),
        FailureRow("OpenRouter", 404, #"{"error":{"message":"No endpoints found for a/b.","code":404}}"#, .modelGone),
        FailureRow("OpenRouter", 400, #"{"error":{"message":"a is not a valid model ID","code":400}}"#, .modelGone),
        FailureRow("SiliconFlow", 400, #"{"code":20012,"message":"Model does not exist.","data":null}"#, .modelGone),
        FailureRow("xAI", 404, #"{"code":"x","error":"The model grok-x does not exist or your team"}"#, .modelGone),
        FailureRow("nothing", 410, "", .modelGone),
    ]

    static let callers: [FailureRow] = [
        .openAI("OpenAI", 400, "Unsupported parameter: 'max_tokens' is not supported with this model", .callerFault),
        .openAI("an item", 404, "Previous response not found.", code: "previous_response_not_found", .callerFault),
        .openAI("a path", 404, "Invalid URL (POST /v1/x)", .callerFault),
        .anthropic(400, "invalid_request_error", "This model does not support effort level 'xhigh'.", .callerFault),
        .anthropic(413, "request_too_large", "Request exceeds the maximum size", .callerFault),
        .gemini(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", .callerFault),
        FailureRow("FastAPI", 422, #"{"detail":[{"msg":"field required"}]}"#, .callerFault),
        FailureRow("FastAPI", 404, #"{"detail":"Not Found"}"#, .callerFault),
        FailureRow("a media type", 415, #"{"error":{"message":"Unsupported Media Type"}}"#, .callerFault),
        FailureRow("a page", 400, "<html>Bad Request</html>", .callerFault),
        FailureRow("tools", 404, #"{"error":{"message":"No endpoints found that support tool use"}}"#, .callerFault),
    ]

    static let others: [FailureRow] = [
        FailureRow("a page", 404, "<html>nginx</html>", .badAnswer),
        FailureRow("a redirection", 302, "", .badAnswer), FailureRow("a redirection", 308, "{}", .badAnswer),
    ]

    static let all = keys + credit + limits + transient + context + policy + models + callers + others
}
