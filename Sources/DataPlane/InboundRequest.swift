import Dialects
import Relay
import Routing

/// One request of a client, as far as its head tells.
struct InboundRequest {
    /// What the path means.
    var path: InboundPath
    /// The query, read.
    var query: InboundQuery
    /// When it arrived.
    var arrival: MonotonicInstant
    /// Begun for the journal.
    var record: RequestRecord
    /// Whether the connection can serve another request after this one.
    var keepsAlive: Bool
    /// Whether the client understands chunks and keeps connections: HTTP/1.1.
    var isModern: Bool
    /// Whether only the head of the answer is wanted.
    var isHead: Bool
}

/// A request that is refused before any provider is asked.
struct Refusal {
    var status: Int
    var message: String
    var code: String?
    var parameter: String?
    /// Further header lines, each ending with CRLF.
    var headerLines = ""
    var retryAfterSeconds: Int64?

    static func timeout(_ message: String) -> Refusal { Refusal(status: 408, message: message, code: "timeout") }
}
