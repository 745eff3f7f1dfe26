import Configuration
public import Dialects
public import Routing
import ServerSentEvents

/// One request from first byte to last, as a state machine.
///
/// Inputs go in (a head, bytes, a failure, a moment), a ``Directive`` comes out. It does no IO, reads no clock and logs
/// nothing; the driver brings the instants and carries out the directives. All rules of `resilience.md` that concern one
/// request live here and in ``FailureClass/disposition``.
///
/// The journey: ``begin(at:)`` → `.attempt` → ``received(_:at:)`` → ``receive(_:at:)`` … → ``providerEnded(body:at:)``. Until the
/// answer is *committed* nothing has been sent to the client and any failure leads to another attempt; after that the
/// stream can only go on or break off honestly.
public struct Exchange: Sendable {
    /// What the exchange is waiting for.
    enum Phase: Sendable, Hashable {
        /// ``Exchange/begin(at:)``.
        case idle
        /// The head of the provider's answer.
        case head
        /// The rest of an error's body.
        case failureBody
        /// The rest of an answer that is passed on whole.
        case whole
        /// Events of a stream.
        case events
        /// Bytes that are passed on unread.
        case opaque
        /// The end of a pause before the same entry is tried again.
        case paused
        /// Nothing; it is over.
        case over
    }

    /// An error body of a provider is read no further than this, in bytes.
    static let maximumFailureBody = 1 << 20
    /// An answer larger than this is passed on while it comes, in bytes; until then a failure can still be mended.
    static let maximumHeldAnswer = 16 << 20
    /// How long the end mark of a complete answer is waited for.
    static let endMarkPatience: Duration = .seconds(3)

    /// The configuration the request is served with.
    public let snapshot: RelaySnapshot
    /// What was called.
    public let endpoint: Endpoint
    /// What the body asks for.
    public let facts: RequestFacts
    /// How a stream goes to the client.
    public let form: StreamForm
    /// What the journal will keep; complete when the exchange is over.
    public internal(set) var record: RequestRecord
    /// The attempt that is open or answered last.
    public internal(set) var attempt: Attempt?
    /// Attempts so far, as the client is told.
    public internal(set) var attemptCount = 0
    /// Whether the answer has begun to go out.
    public internal(set) var isCommitted = false
    /// How many bytes of the provider's body, from its first, may be passed on.
    public internal(set) var releasable = 0

    let health: HealthBoard
    let arrival: MonotonicInstant
    let model: RequestedModel
    let plan: RoutePlan
    var phase = Phase.idle
    var cursor: RouteCursor
    var random: RandomSource
    var failures: [(attempt: Attempt, failure: AttemptFailure)] = []
    /// Tries at the current entry, and when the first began.
    var triesOnEntry = 0
    var firstTryOnEntry: MonotonicInstant
    var freeRetries = 0
    var head = ProviderHead(status: 0, form: .unknown)
    var receivedBytes = 0
    var lastLife: MonotonicInstant
    var parser = ServerSentEventParser()
    var ear: EventEar

    /// Makes the exchange of one request.
    ///
    /// - Parameters:
    ///   - snapshot: The configuration to serve it with.
    ///   - health: Who may be tried; outcomes are reported there.
    ///   - endpoint: What was called.
    ///   - facts: What the body asks for.
    ///   - form: How a stream goes to the client.
    ///   - record: The journal's record of the request, begun by the driver.
    ///   - arrival: When the request arrived.
    ///   - seed: For the jitter of pauses.
    public init(
        snapshot: RelaySnapshot,
        health: HealthBoard,
        endpoint: Endpoint,
        facts: RequestFacts,
        form: StreamForm,
        record: RequestRecord,
        arrival: MonotonicInstant,
        seed: UInt64
    ) {
        self.snapshot = snapshot
        self.health = health
        self.endpoint = endpoint
        self.facts = facts
        self.form = form
        self.record = record
        self.arrival = arrival
        self.model = RequestedModel(facts.model)
        self.plan = snapshot.routing.plan(model: self.model, kind: endpoint.kind)
        self.cursor = RouteCursor(plan: self.plan, in: snapshot.routing)
        self.random = RandomSource(seed: seed)
        self.firstTryOnEntry = arrival
        self.lastLife = arrival
        self.ear = EventEar(StreamWatcher(endpoint), form: form)
        self.record.requestedModel = self.model.name
        self.record.isStream = facts.wantsStream
    }

    /// Whether the exchange is over and its record complete.
    public var isOver: Bool { self.phase == .over }

    /// Parts of the provider's body that are not passed on: events that a client could not read.
    public var omissions: [Range<Int>] { self.ear.omissions }

    /// Whether what is sent are elements made of events, and not the provider's bytes.
    public internal(set) var sendsElements = false

    /// Takes the elements of a JSON array that are ready; only when it ``sendsElements``.
    public mutating func takeElements() -> [UInt8] {
        defer { self.ear.elements.removeAll(keepingCapacity: true) }
        return self.ear.elements
    }

    /// Starts the first attempt.
    public mutating func begin(at now: MonotonicInstant) -> Directive { self.tryNext(at: now) }

    /// The pause is over.
    public mutating func resume(at now: MonotonicInstant) -> Directive {
        guard self.phase == .paused, let attempt = self.attempt else { return .wait }
        return self.start(attempt.target, attempt.route, at: now)
    }

    /// The head of the provider's answer came; interim (1xx) heads are not for the exchange.
    public mutating func received(_ head: ProviderHead, at now: MonotonicInstant) {
        guard self.phase == .head else { return }
        self.head = head
        self.receivedBytes = 0
        self.lastLife = now
        self.phase = self.bodyPhase(head)
    }

    private func bodyPhase(_ head: ProviderHead) -> Phase {
        guard (200..<300).contains(head.status) else { return .failureBody }
        switch head.form {
        case .events: return .events
        case .json, .html: return .whole
        case .unknown: return self.facts.wantsStream ? .events : .whole
        case .other:
            // Speech, pictures and transcripts in plain text are not the gateway's to judge.
            if self.endpoint.kind == .audio || self.endpoint.kind == .image { return .opaque }
            return self.facts.wantsStream ? .events : .whole
        }
    }

    /// Bytes of the provider's body came.
    ///
    /// The driver keeps them until they are released.
    public mutating func receive(_ bytes: RawSpan, at now: MonotonicInstant) -> Directive {
        switch self.phase {
        case .failureBody:
            self.receivedBytes += bytes.byteCount
            self.lastLife = now
            guard self.receivedBytes > Self.maximumFailureBody else { return .wait }
            // What came last is a part only, and nobody's words: the status has to do.
            return self.concludeFailure(body: RawSpan(), at: now)
        case .whole:
            self.receivedBytes += bytes.byteCount
            self.lastLife = now
            guard self.receivedBytes > Self.maximumHeldAnswer else { return .wait }
            self.phase = .opaque
            return self.flow(all: self.receivedBytes, at: now)
        case .opaque:
            self.receivedBytes += bytes.byteCount
            self.lastLife = now
            return self.flow(all: self.receivedBytes, at: now)
        case .events: return self.hear(bytes, at: now)
        case .idle, .head, .paused, .over: return .wait
        }
    }

    /// The provider's body ended as its framing says.
    ///
    /// - Parameters:
    ///   - body: What the driver still keeps: the whole body unless some of it was released.
    ///   - now: The moment.
    /// - Returns: What to do next.
    public mutating func providerEnded(body: RawSpan, at now: MonotonicInstant) -> Directive {
        switch self.phase {
        case .failureBody: return self.concludeFailure(body: body, at: now)
        case .whole: return self.concludeWhole(body: body, at: now)
        case .events: return self.concludeEvents(body: body, at: now)
        case .opaque:
            guard self.receivedBytes > 0 else { return self.fail(.badAnswer, "the answer is empty", at: now) }
            return self.complete(trailer: [], at: now)
        case .idle, .head, .paused, .over: return .wait
        }
    }

    /// The network let the attempt down.
    public mutating func providerFailed(_ failure: TransportFailure, at now: MonotonicInstant) -> Directive {
        switch self.phase {
        case .idle, .paused, .over: return .wait
        case .head: return self.fail(failure.failureClass, failure.detail, at: now)
        case .failureBody: return self.concludeFailure(body: RawSpan(), at: now)
        case .whole, .opaque, .events:
            guard self.isCommitted else { return self.fail(.transient, failure.detail, at: now) }
            if self.phase == .events, self.ear.watcher.isWhole, self.ear.watcher.progress != .open {
                return self.complete(trailer: self.ear.watcher.missingEnd, at: now)
            }
            return self.cut(failure.detail, at: now)
        }
    }

    /// The client's side closed.
    ///
    /// The driver cancels the attempt; nobody's health changes.
    public mutating func clientGone(at now: MonotonicInstant) {
        guard self.phase != .over else { return }
        if let attempt = self.attempt {
            if !self.isCommitted { self.health.abandon(attempt.target.entry.id) }
            if self.phase != .paused { self.closeAttempt("client_gone", nil, at: now) }
        }
        self.finish(.clientGone, status: 499, error: "the client closed the connection", at: now)
    }
}
