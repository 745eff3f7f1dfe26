import Configuration
import Dialects
import GenerationModel
import Relay
import Routing
import Synchronization
import Testing

extension MonotonicInstant {
    static let start = MonotonicInstant(nanoseconds: 5_000_000_000_000)
}

extension Endpoint {
    static func at(_ path: String) -> Endpoint {
        guard case .endpoint(let endpoint, _) = InboundPath(path[...]) else { return .chatCompletions }
        return endpoint
    }
}

extension UpstreamMessage {
    static func read(_ json: String) -> UpstreamMessage? {
        let bytes = Array(json.utf8)
        return UpstreamMessage(json: bytes.span.bytes)
    }
}

/// Channels `A`, `B`, … that each serve model `m`, and what the gateway remembers of their health.
final class World: Sendable {
    let configuration: Configuration
    let snapshot: RelaySnapshot
    let board: HealthBoard
    private let sink = Sink()

    init(_ configuration: Configuration) {
        self.configuration = configuration
        self.snapshot = RelaySnapshot(configuration, createdAt: 1_700_000_000)
        self.board = HealthBoard { [sink] in sink.append($0) }
    }

    /// Gathers what the board reports.
    final class Sink: Sendable {
        private let changes = Mutex<[HealthLedger.Change]>([])
        func append(_ new: [HealthLedger.Change]) { self.changes.withLock { $0 += new } }
        var all: [HealthLedger.Change] { self.changes.withLock { $0 } }
    }

    /// What the board reported so far.
    var changes: [HealthLedger.Change] { self.sink.all }

    /// One channel for each name; each serves `models`.
    convenience init(
        _ names: String...,
        type: APIType = .openai,
        models: [String] = ["m"],
        settings: (inout GatewaySettings) -> Void = { _ in }
    ) {
        var configuration = Configuration()
        for (index, name) in names.enumerated() {
            let id = Channel.ID(rawValue: Int64(index + 1))
            let key = Secret("sk-\(name)-0123456789")
            configuration.channels.append(
                Channel(id: id, name: name, type: type, baseURL: "https://\(name).example", apiKey: key)
            )
            for model in models {
                let entry = APIEntry.ID(rawValue: Int64(configuration.entries.count + 1))
                configuration.entries.append(APIEntry(id: entry, channelID: id, model: model))
            }
        }
        settings(&configuration.settings)
        self.init(configuration)
    }

    static func entry(_ id: Int64) -> APIEntry.ID { APIEntry.ID(rawValue: id) }

    func cool(
        _ ids: Int64...,
        for duration: Duration,
        _ kind: CooldownReason.Kind = .transient,
        at now: MonotonicInstant = .start
    ) {
        let reason = CooldownReason(kind: kind, detail: "it was down")
        self.board.cool(ids.map(Self.entry), for: duration, reason: reason, at: now)
    }

    /// The kinds of the cooldowns that last at an instant, by entry.
    func cooling(at now: MonotonicInstant) -> [Int64: CooldownReason.Kind] {
        var kinds: [Int64: CooldownReason.Kind] = [:]
        for (id, cooldown) in self.board.current.all where cooldown.until > now {
            kinds[id.rawValue] = cooldown.reason.kind
        }
        return kinds
    }

    /// How long an entry still cools.
    func remaining(_ id: Int64, at now: MonotonicInstant) -> Duration? {
        self.board.current.all[APIEntry.ID(rawValue: id)].map { $0.until - now }
    }

    func request(
        _ model: String? = "m",
        stream: Bool = false,
        endpoint: Endpoint = .chatCompletions,
        form: StreamForm = .same,
        at now: MonotonicInstant = .start,
        seed: UInt64 = 1
    ) -> Rig {
        Rig(
            Exchange(
                snapshot: self.snapshot,
                health: self.board,
                endpoint: endpoint,
                facts: RequestFacts(model: model, wantsStream: stream),
                form: form,
                record: RequestRecord(
                    id: "req_1",
                    startedAt: 0,
                    endpoint: "POST /v1/\(endpoint.name)",
                    inboundDialect: endpoint.dialect
                ),
                arrival: now,
                seed: seed
            ),
            at: now
        )
    }
}

/// What an exchange wanted, in a form that tests compare.
enum Step: Equatable {
    /// Try a channel; the number of the attempt.
    case attempt(String, Int)
    case pause, wait, flow, end, breakOff
    /// Send an answer of the gateway's own.
    case answer(Int)

    var isTerminal: Bool {
        switch self {
        case .end, .breakOff, .answer: true
        case .attempt, .pause, .wait, .flow: false
        }
    }
}

/// Carries out what an exchange wants, as the driver on an event loop does, and holds it to its contract.
struct Rig {
    var exchange: Exchange
    var now: MonotonicInstant
    /// The provider's body of the current attempt.
    private(set) var received: [UInt8] = []
    /// How much of it went to the client.
    private(set) var released = 0
    /// What the client got of a provider's answer.
    private(set) var sent: [UInt8] = []
    /// What the gateway answered itself.
    private(set) var answer: LocalAnswer?
    /// Everything the exchange wanted.
    private(set) var steps: [Step] = []
    private(set) var lastPause: Duration?
    private(set) var lastAttempt: Attempt?
    /// Broken promises of the exchange.
    private(set) var faults: [String] = []

    init(_ exchange: Exchange, at now: MonotonicInstant) {
        self.exchange = exchange
        self.now = now
    }

    var text: String { String(decoding: self.sent, as: UTF8.self) }
    var answerText: String { String(decoding: self.answer?.body ?? [], as: UTF8.self) }
    var record: RequestRecord { self.exchange.record }

    @discardableResult
    mutating func begin() -> Step { self.perform(self.exchange.begin(at: self.now)) }

    mutating func head(
        _ status: Int = 200,
        _ form: ProviderHead.ContentForm = .json,
        retryAfter: Duration? = nil,
        contentType: String? = "application/json"
    ) {
        self.exchange.received(
            ProviderHead(status: status, form: form, contentType: contentType, retryAfter: retryAfter),
            at: self.now
        )
    }

    @discardableResult
    mutating func bytes(_ text: String) -> Step { self.bytes(Array(text.utf8)) }

    @discardableResult
    mutating func bytes(_ bytes: [UInt8]) -> Step {
        self.received += bytes
        return self.perform(self.exchange.receive(bytes.span.bytes, at: self.now))
    }

    @discardableResult
    mutating func end() -> Step {
        let kept = Array(self.received[self.released...])
        return self.perform(self.exchange.providerEnded(body: kept.span.bytes, at: self.now))
    }

    @discardableResult
    mutating func fail(_ failure: TransportFailure) -> Step {
        self.perform(self.exchange.providerFailed(failure, at: self.now))
    }

    @discardableResult
    mutating func resume() -> Step {
        self.now = self.now + (self.lastPause ?? .zero)
        return self.perform(self.exchange.resume(at: self.now))
    }

    /// Lets time pass to the exchange's deadline.
    @discardableResult
    mutating func timeOut() -> Step {
        self.now = max(self.now, self.exchange.deadline)
        return self.perform(self.exchange.timedOut(at: self.now))
    }

    mutating func leave() { self.exchange.clientGone(at: self.now) }

    mutating func sleep(_ duration: Duration) { self.now = self.now + duration }

    /// A whole answer of the provider.
    @discardableResult
    mutating func reply(
        _ status: Int = 200,
        _ body: String = #"{"choices":[]}"#,
        form: ProviderHead.ContentForm = .json,
        retryAfter: Duration? = nil
    ) -> Step {
        self.head(status, form, retryAfter: retryAfter)
        if !body.isEmpty { self.bytes(body) }
        return self.end()
    }

    private mutating func perform(_ directive: Directive) -> Step {
        if self.steps.contains(where: \.isTerminal) { self.check(directive.isWait, "a directive after the last one") }
        let step: Step
        switch directive {
        case .attempt(let attempt):
            self.check(self.sent.isEmpty, "an attempt after something was sent")
            self.lastAttempt = attempt
            self.received = []
            self.released = 0
            step = .attempt(attempt.target.channel.name, attempt.number)
        case .pause(let duration):
            self.check(self.sent.isEmpty, "a pause after something was sent")
            self.lastPause = duration
            step = .pause
        case .wait: step = .wait
        case .flow:
            self.release()
            step = .flow
        case .end(let trailer):
            self.release()
            self.sent += trailer
            step = .end
        case .breakOff(let trailer):
            self.release()
            self.sent += trailer
            step = .breakOff
        case .answer(let answer):
            self.check(self.sent.isEmpty, "an answer after something was sent")
            self.answer = answer
            step = .answer(answer.status)
        }
        self.check(step.isTerminal == self.exchange.isOver || step == .wait, "over and not over at once")
        self.steps.append(step)
        return step
    }

    private mutating func release() {
        let releasable = self.exchange.releasable
        self.check(self.exchange.isCommitted, "something is released before commit")
        self.check(releasable >= self.released, "releasable shrank")
        self.check(releasable <= self.received.count, "more is releasable than came")
        if self.exchange.form == .jsonArray {
            self.sent += self.exchange.takeElements()
        } else if releasable > self.released, releasable <= self.received.count {
            var position = self.released
            for omission in self.exchange.omissions where omission.upperBound > position {
                guard omission.lowerBound < releasable else { break }
                self.sent += self.received[position..<max(position, omission.lowerBound)]
                position = omission.upperBound
            }
            self.sent += self.received[min(position, releasable)..<releasable]
        }
        self.released = max(self.released, releasable)
    }

    private mutating func check(_ condition: Bool, _ fault: String) {
        if !condition { self.faults.append(fault) }
    }
}

extension Directive {
    fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
}
