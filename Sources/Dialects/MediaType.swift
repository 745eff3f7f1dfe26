/// A `Content-Type`, read as far as the gateway needs it; RFC 9110 §8.3.
public struct MediaType: Sendable, Hashable {
    /// `type/subtype` in lower case.
    public let essence: String
    /// The `boundary` parameter.
    public let boundary: String?

    /// Reads a field value.
    public init(_ value: String) {
        if value == "application/json" {
            self.essence = value
            self.boundary = nil
            return
        }
        let parts = value.split(separator: ";", omittingEmptySubsequences: false)
        self.essence = parts[0].lowercased().filter { !$0.isWhitespace }
        self.boundary =
            parts.dropFirst().lazy.compactMap { part in
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard pair.count == 2, pair[0].lowercased().filter({ !$0.isWhitespace }) == "boundary" else {
                    return nil
                }
                let text = pair[1].drop { $0.isWhitespace }
                if text.first == "\"" { return String(text.dropFirst().prefix { $0 != "\"" }) }
                return String(text.prefix { !$0.isWhitespace })
            }.first
    }

    /// Whether it is JSON: `application/json` or `…+json`.
    public var isJSON: Bool { self.essence == "application/json" || self.essence.hasSuffix("+json") }

    /// Whether it is an HTML form with files.
    public var isMultipartForm: Bool { self.essence == "multipart/form-data" }

    /// Whether it is an event stream.
    public var isEventStream: Bool { self.essence == "text/event-stream" }
}
