public import GenerationModel
import JSON

/// What a whole answer of a provider with status 2xx turns out to be.
public enum WholeAnswer: Sendable, Hashable {
    /// An answer, and what it cost.
    case answer(TokenUsage)
    /// An error that the provider sent as a success.
    case failure(UpstreamMessage)
    /// Not JSON.
    case malformed

    /// Reads the JSON body of an answer.
    public init(_ endpoint: Endpoint, body: RawSpan) {
        var reader = UsageReader()
        var error: Range<Int>?
        var isErrorType = false
        do {
            try JSONScanner.members(of: body) { key, value in
                if JSONScanner.matches(key: key, of: body, "usage" as StaticString) {
                    if endpoint.dialect == .anthropicMessages {
                        reader.readAnthropic(value, of: body)
                    } else {
                        reader.readOpenAI(value, of: body)
                    }
                } else if JSONScanner.matches(key: key, of: body, "usageMetadata" as StaticString) {
                    reader.readGemini(value, of: body)
                } else if JSONScanner.matches(key: key, of: body, "error" as StaticString) {
                    error = value
                } else if JSONScanner.matches(key: key, of: body, "type" as StaticString) {
                    isErrorType = body.extracting(value).isWord("\"error\"")
                }
            }
        } catch {
            self = .malformed
            return
        }
        if let error, isErrorType || JSONValueShape(error, of: body) == .filled {
            self = .failure(UpstreamMessage(json: body) ?? UpstreamMessage(text: "the provider reported an error"))
        } else {
            self = .answer(reader.usage)
        }
    }
}
