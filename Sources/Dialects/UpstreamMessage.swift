import JSON

/// What a provider says of a failure, in whatever shape it says it.
///
/// Known shapes: OpenAI `{"error":{message,type,code,param}}`, Anthropic `{"type":"error","error":{type,message}}`,
/// Gemini `{"error":{code,message,status}}` alone or in an array, xAI `{"code","error":string}`, Ollama and vLLM
/// `{"error":string}` or `{"message":string}`, FastAPI `{"detail":…}`, Azure's `innererror`.
public struct UpstreamMessage: Sendable, Hashable {
    /// The words; empty when there are none.
    public var text: String
    /// The machine-readable code: OpenAI's `code`, else `type`, Gemini's `status`.
    public var code: String?
    /// The kind of error, as OpenAI and Anthropic name it.
    public var type: String?
    /// The member of the request it is about.
    public var parameter: String?
    /// How long to wait, in seconds, when the body says so (Gemini's `RetryInfo`).
    public var retryDelaySeconds: Double?

    /// Makes a message.
    public init(text: String, code: String? = nil, type: String? = nil, parameter: String? = nil) {
        self.text = text
        self.code = code
        self.type = type
        self.parameter = parameter
    }

    /// More of a message than this is cut, in characters.
    public static let maximumLength = 2000

    /// Reads the body of a failed call, or the data of an error event; `nil` when it holds no error in a known shape.
    public init?(json bytes: RawSpan) {
        guard var value = try? JSONValue(parsing: bytes) else { return nil }
        if let first = value.arrayValue?.first { value = first }
        guard let object = value.objectValue else { return nil }
        let error = object["error"] ?? object["response"]?["error"] ?? .null
        if let detail = error.objectValue {
            self.init(object: detail, around: object)
        } else if let text = error.stringValue {
            self.init(text: text, code: Self.word(object["code"]), type: Self.word(object["error_type"]))
        } else if let text = object["message"]?.stringValue ?? object["detail"]?.stringValue
            ?? object["msg"]?.stringValue
        {
            self.init(text: text, code: Self.word(object["code"]), type: Self.word(object["type"]))
        } else if let detail = object["detail"] {
            self.init(text: String(decoding: detail.bytes, as: UTF8.self))
        } else {
            return nil
        }
        self.text = String(self.text.prefix(Self.maximumLength))
    }

    /// A page or a text that is no JSON: its beginning, on one line.
    public init(plain bytes: RawSpan) {
        let head = bytes.extracting(first: 400).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        self.init(text: head.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    private init(object detail: JSONObject, around object: JSONObject) {
        let status = detail["status"]?.stringValue
        self.init(
            text: detail["message"]?.stringValue ?? detail["msg"]?.stringValue ?? "",
            code: Self.word(detail["code"]) ?? status,
            type: Self.word(detail["type"]) ?? status,
            parameter: detail["param"]?.stringValue
        )
        // Gemini's code repeats the HTTP status; its status is the word that says what happened.
        if let status, self.code.flatMap(Int.init) != nil { self.code = status }
        if let inner = detail["innererror"]?["code"]?.stringValue, self.code == nil { self.code = inner }
        for hint in detail["details"]?.arrayValue ?? [] {
            guard let delay = hint["retryDelay"]?.stringValue, delay.hasSuffix("s") else { continue }
            self.retryDelaySeconds = Double(delay.dropLast())
        }
    }

    private static func word(_ value: JSONValue?) -> String? {
        value?.stringValue ?? value?.numberValue?.literal
    }
}
