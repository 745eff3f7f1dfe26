import Configuration
import Dialects
import GatewayTesting
import Relay
import Routing
import Testing

extension SeededGenerator {
    fileprivate mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &self)] }
}

/// Drives one exchange by chance and looks for broken promises.
private struct RandomRun {
    static let statuses =
        [Int](repeating: 200, count: 9) + [400, 401, 402, 404, 408, 410, 413, 429, 429, 500, 502, 503, 529]
    static let forms: [ProviderHead.ContentForm] = [.json, .events, .events, .events, .html, .unknown, .other]
    static let bodies = [
        "", "{}", "<html>", "{", Streams.chat, #"{"choices":[]}"#, #"{"error":{"message":"x"}}"#,
        #"{"error":{"message":"x","code":"context_length_exceeded"}}"#, #"{"error":{"code":429,"message":"x"}}"#,
        #"{"error":{"message":"x","code":"insufficient_quota"}}"#,
    ]
    static let pieces = [
        Streams.role, Streams.hello, Streams.world, Streams.stop, Streams.usage, Streams.done, Streams.comment,
        Streams.event("{"), Streams.event(#"{"error":{"message":"x"}}"#), "data: {\"choi", "\n\n", "event: error\n",
    ]
    static let failures: [TransportFailure] = [
        .notConnected("refused"), .connectTimeout, .staleConnection, .broken("reset"), .notHTTP("garbage"),
    ]

    let world: World
    var rig: Rig
    var random: SeededGenerator
    var gone = false
    var problems: [String] = []

    init(_ world: World, at now: MonotonicInstant, seed: UInt64) {
        self.world = world
        self.random = SeededGenerator(seed: seed)
        let stream = Bool.random(using: &self.random)
        self.rig = world.request(stream: stream, at: now, seed: seed)
    }

    mutating func run() {
        self.rig.begin()
        var steps = 0
        while !self.rig.exchange.isOver, steps < 400 {
            steps += 1
            self.step()
        }
        if steps == 400 { self.leave() }
        self.judge()
    }

    private mutating func step() {
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0: self.leave()
        case 1, 2: self.rig.timeOut()
        case 3...8: self.rig.fail(self.random.pick(Self.failures))
        case 9...15: self.rig.end()
        case 16...19: self.rig.sleep(.milliseconds(Int.random(in: 0...20_000, using: &self.random)))
        case 20...39: self.rig.resume()
        case 40...44: self.rig.bytes(self.random.pick(Self.bodies))
        case 45...69: self.rig.bytes(self.random.pick(Self.pieces))
        default:
            let told = self.random.pick([nil, nil, .seconds(1), .seconds(3), .seconds(40)] as [Duration?])
            let form = self.random.pick(Self.forms)
            self.rig.head(self.random.pick(Self.statuses), form, retryAfter: told)
        }
    }

    private mutating func leave() {
        let before = self.world.board.current.all.mapValues(\.until)
        self.rig.leave()
        self.gone = true
        if self.world.board.current.all.mapValues(\.until) != before { self.problems.append("leaving changed health") }
    }

    private mutating func judge() {
        let record = self.rig.record
        let terminals = self.rig.steps.filter(\.isTerminal).count
        self.problems += self.rig.faults
        if terminals != (self.gone ? 0 : 1) { self.problems.append("\(terminals) terminal directives") }
        if self.rig.exchange.attemptCount > self.world.snapshot.settings.maximumAttempts {
            self.problems.append("too many attempts")
        }
        if record.attempts.count > self.world.snapshot.settings.maximumAttempts + 3 {
            self.problems.append("too many tries")
        }
        for id in Set(record.attempts.map(\.entryID)) {
            let tries = record.attempts.filter { $0.entryID == id && $0.outcome != "stale_connection" }
            let most = tries.contains { $0.outcome == "rate_limited" } ? 3 : 2
            if tries.count > most { self.problems.append("\(tries.count) tries at one entry") }
        }
        self.judgeEnding(record)
    }

    private mutating func judgeEnding(_ record: RequestRecord) {
        let last = self.rig.steps.last { $0.isTerminal }
        let isTold =
            switch record.ending {
            case .completed: last == .end && record.attempts.last?.outcome == "ok"
            case .failed: self.rig.answer.map { $0.status == record.status && $0.status >= 400 } ?? false
            case .cut: last == .breakOff && record.attempts.last?.outcome == "cut"
            case .clientGone: self.gone && record.status == 499
            case .refused: false
            }
        if !isTold { self.problems.append("the record says \(record.ending) after \(String(describing: last))") }
        if self.rig.answer != nil, self.rig.exchange.isCommitted { self.problems.append("committed and refused") }
    }
}

@Suite
struct `Whatever a provider does the promises are kept` {
    @Test(arguments: 0..<20)
    func `Ten thousand random exchanges over entries that come and go`(batch: Int) {
        var endings: Set<RequestRecord.Ending> = []
        for index in 0..<500 {
            let seed = UInt64(batch * 500 + index)
            let world = World("A", "B", "C") { settings in
                settings.maximumAttempts = Int(seed % 8) + 1
                settings.cooldown = .seconds(30)
            }
            if seed % 3 == 0 { world.cool(1, for: .seconds(5)) }

            var run = RandomRun(world, at: .start + .seconds(Int64(seed % 10)), seed: seed)
            run.run()
            endings.insert(run.rig.record.ending)

            #expect(run.problems.isEmpty, "seed \(seed): \(run.problems), \(run.rig.steps)")
        }
        #expect(endings == [.completed, .failed, .cut, .clientGone])
    }

    @Test(arguments: 0..<20)
    func `Requests one after the other never reach a cooling entry`(batch: Int) {
        let world = World("A", "B", "C") { $0.cooldown = .seconds(30) }
        var now = MonotonicInstant.start

        for index in 0..<50 {
            let seed = UInt64(1_000_000 + batch * 50 + index)
            let cooling = Set(world.cooling(at: now).keys)
            var run = RandomRun(world, at: now, seed: seed)
            run.run()
            now = run.rig.now

            let first = run.rig.record.attempts.first?.entryID.rawValue
            #expect(run.problems.isEmpty, "seed \(seed): \(run.problems), \(run.rig.steps)")
            #expect(first.map { !cooling.contains($0) } ?? true, "seed \(seed)")
        }
    }
}
