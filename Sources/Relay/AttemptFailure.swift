import Dialects

/// How the network let an attempt down.
public enum TransportFailure: Error, Sendable, Hashable {
    /// No connection: name not found, refused, certificate not trusted, proxy trouble. The text says which.
    case notConnected(String)
    /// No connection in the time allowed.
    case connectTimeout
    /// The connection had waited for its next call and was found closed before a byte of an answer.
    case staleConnection
    /// The connection broke before the answer was whole.
    case broken(String)
    /// What came is not HTTP.
    case notHTTP(String)

    /// The class it belongs to, before anything was sent to the client.
    public var failureClass: FailureClass {
        switch self {
        case .notConnected, .broken: .transient
        case .connectTimeout: .silent
        case .staleConnection: .staleConnection
        case .notHTTP: .badAnswer
        }
    }

    /// What happened, for people.
    public var detail: String {
        switch self {
        case .notConnected(let reason): reason
        case .connectTimeout: "no connection in time"
        case .staleConnection: "the provider had closed the idle connection"
        case .broken(let reason): reason
        case .notHTTP(let reason): "the answer is not HTTP: \(reason)"
        }
    }
}

/// One failed attempt, as far as it matters for what comes next.
struct AttemptFailure: Sendable {
    var failureClass: FailureClass
    /// The provider's status; `nil` when no head came.
    var status: Int?
    /// What the provider said.
    var message: UpstreamMessage
    /// When the provider said to come back.
    var retryAfter: Duration?
    /// The provider's error as it came, to be passed on when the fault is the caller's.
    var original: OriginalAnswer?

    init(
        _ failureClass: FailureClass,
        status: Int? = nil,
        message: UpstreamMessage,
        retryAfter: Duration? = nil,
        original: OriginalAnswer? = nil
    ) {
        self.failureClass = failureClass
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
        self.original = original
    }

    /// What happened in a few words.
    var summary: String {
        let words = self.message.text.isEmpty ? self.failureClass.rawValue : self.message.text
        return self.status.map { "\($0) \(words)" } ?? words
    }
}

/// A provider's error body and its type.
struct OriginalAnswer: Sendable {
    var body: [UInt8]
    var contentType: String?
}
