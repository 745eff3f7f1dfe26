public import GenerationModel
import JSON
import ServerSentEvents

/// An error that the gateway tells a client, before it is worded in the client's dialect.
public struct GatewayFault: Sendable, Hashable {
    /// The HTTP status, 400–599.
    public var status: Int
    /// What happened and what to do, for people; holds no key.
    public var message: String
    /// The machine-readable code, in OpenAI's words where there are any.
    public var code: String?
    /// The member of the request it is about.
    public var parameter: String?
    /// The provider's own type of error, when it comes from one that speaks the client's dialect.
    public var type: String?
    /// When to come back, in seconds.
    public var retryAfterSeconds: Int64?

    /// Makes a fault.
    public init(
        status: Int,
        message: String,
        code: String? = nil,
        parameter: String? = nil,
        type: String? = nil,
        retryAfterSeconds: Int64? = nil
    ) {
        self.status = status
        self.message = message
        self.code = code
        self.parameter = parameter
        self.type = type
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The JSON body in a dialect's words; `dialects.md` §12.
    public func body(_ dialect: Dialect, requestID: String) -> [UInt8] {
        switch dialect {
        case .openAIChat, .openAIResponses:
            let error: JSONObject = [
                "message": .string(self.message),
                "type": .string(self.type ?? Self.openAIType(self.status)),
                "param": self.parameter.map(JSONValue.string) ?? .null,
                "code": self.code.map(JSONValue.string) ?? .null,
            ]
            return JSONValue.object(["error": .object(error)]).bytes
        case .anthropicMessages:
            let error: JSONObject = [
                "type": .string(self.type ?? Self.anthropicType(self.status)),
                "message": .string(self.message),
            ]
            return JSONValue.object([
                "type": "error", "error": .object(error), "request_id": .string(requestID),
            ]).bytes
        case .gemini:
            let error: JSONObject = [
                "code": .number(JSONNumber(self.status)),
                "message": .string(self.message),
                "status": .string(self.type ?? Self.geminiStatus(self.status)),
            ]
            return JSONValue.object(["error": .object(error)]).bytes
        }
    }

    /// The event that ends a broken stream of a dialect, as the bytes of a server-sent event.
    public func event(_ dialect: Dialect, requestID: String) -> [UInt8] {
        var data = self.body(dialect, requestID: requestID)
        if dialect == .openAIResponses {
            let error: JSONObject = [
                "type": "error",
                "code": .string(self.code ?? Self.openAIType(self.status)),
                "message": .string(self.message),
                "param": self.parameter.map(JSONValue.string) ?? .null,
            ]
            data = JSONValue.object(error).bytes
        }
        var bytes: [UInt8] = []
        switch dialect {
        case .openAIChat, .gemini: ServerSentEvent.append(data: data.span.bytes, to: &bytes)
        case .anthropicMessages, .openAIResponses:
            ServerSentEvent.append(name: "error", data: data.span.bytes, to: &bytes)
        }
        return bytes
    }

    private static func openAIType(_ status: Int) -> String {
        switch status {
        case 402: "insufficient_quota"
        case 403: "permission_error"
        case 408, 504: "timeout"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    private static func anthropicType(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 408, 504: "timeout_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503, 529: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }

    private static func geminiStatus(_ status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 408, 504: "DEADLINE_EXCEEDED"
        case 429: "RESOURCE_EXHAUSTED"
        case 500: "INTERNAL"
        case 501...: "UNAVAILABLE"
        default: "INVALID_ARGUMENT"
        }
    }
}
