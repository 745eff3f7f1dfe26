/// A client's query string, read for what concerns the gateway and cleaned of it.
public struct InboundQuery: Sendable, Hashable {
    /// The key that Gemini clients put there.
    public private(set) var key: String?
    /// Whether Gemini's stream is wanted as server-sent events.
    public private(set) var wantsEvents = false
    /// What is passed on: everything but keys, `alt` and Azure's version; `nil` when nothing is left.
    public private(set) var forwarded: String?

    /// Reads a query, without the question mark.
    public init(_ query: Substring) {
        var kept: [Substring] = []
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1] : ""
            switch PercentCoding.decode(parts[0]).lowercased() {
            case "key", "api_key", "api-key", "access_token": self.key = PercentCoding.decode(value)
            case "alt": self.wantsEvents = value == "sse"
            case "api-version": break
            default: kept.append(pair)
            }
        }
        self.forwarded = kept.isEmpty ? nil : kept.joined(separator: "&")
    }
}
