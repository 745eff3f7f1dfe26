import Configuration
public import Routing

/// What the driver of an ``Exchange`` must do next.
public enum Directive: Sendable {
    /// Drop whatever attempt is open and begin this one.
    case attempt(Attempt)
    /// Drop whatever attempt is open, call ``Exchange/resume(at:)`` after this time.
    case pause(Duration)
    /// Go on feeding what comes.
    case wait
    /// Send what may be sent (``Exchange/releasable``), the head of the answer first if it is not out yet.
    case flow
    /// Send what may be sent, then these bytes, then end the answer properly. The exchange is over.
    case end(trailer: [UInt8])
    /// Send what may be sent, then these bytes, then close the connection with the answer unfinished. The exchange is over.
    case breakOff(trailer: [UInt8])
    /// Drop whatever attempt is open and send this answer instead. The exchange is over.
    case answer(LocalAnswer)
}

/// One try at one entry.
public struct Attempt: Sendable {
    /// What is tried.
    public var target: RouteTarget
    /// How it is called.
    public var route: ChannelRoute
    /// Counts from 1; tries over a connection that turned out dead do not count.
    public var number: Int
    /// When it began.
    public var startedAt: MonotonicInstant
    /// Whether a connection that waited for its next call may be used; a repeat after a dead one gets a new one.
    public var mayReuseConnection: Bool
    /// How long a connection may take to open.
    public var connectTimeout: Duration
}

/// An answer that does not come from a provider as it is.
public struct LocalAnswer: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The `Content-Type`.
    public var contentType: String
    /// The body.
    public var body: [UInt8]
    /// `Retry-After` in seconds.
    public var retryAfterSeconds: Int64?

    /// Makes an answer.
    public init(status: Int, contentType: String = "application/json", body: [UInt8], retryAfterSeconds: Int64? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// In which form a stream goes to the client.
public enum StreamForm: Sendable, Hashable {
    /// The provider's bytes.
    case same
    /// Gemini's JSON array: the data of each event becomes an element.
    case jsonArray
}
