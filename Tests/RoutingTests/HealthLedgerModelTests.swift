import Configuration
import GatewayTesting
import Routing
import Testing

/// The health ledger in the plainest possible form.
private struct PlainLedger {
    struct Row {
        var until: Int64
        var trial: Int64?
    }

    var rows: [Int64: Row] = [:]

    func isReady(_ id: Int64, _ now: Int64) -> Bool {
        guard let row = self.rows[id] else { return true }
        guard row.until <= now else { return false }
        return row.trial.map { now - $0 >= 900 } ?? true
    }

    mutating func take(_ id: Int64, _ now: Int64) -> Bool {
        guard self.isReady(id, now) else { return false }
        self.rows[id]?.trial = now
        return true
    }

    mutating func cool(_ id: Int64, _ seconds: Int64, _ now: Int64) -> Int64 {
        let until = max(now + seconds, self.rows[id]?.until ?? 0)
        self.rows[id] = Row(until: until)
        return until - now
    }
}

@Suite
struct `The ledger agrees with a plain model` {
    @Test(arguments: [UInt64](1...60))
    func `Random operations in virtual time lead to the same answers`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = HealthLedger()
        var plain = PlainLedger()
        var now: Int64 = 0

        for step in 0..<300 {
            let id = Int64.random(in: 1...4, using: &random)
            let entry = APIEntry.ID(rawValue: id)
            let instant = MonotonicInstant.after(.seconds(now))
            let note: Comment = "seed \(seed), step \(step), entry \(id), at \(now) s"
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3: now += Int64.random(in: 0...400, using: &random)
            case 3..<6:
                let (isTaken, mayTake) = (ledger.take(entry, at: instant), plain.take(id, now))
                #expect(isTaken == mayTake, note)
            case 6, 7:
                let seconds = Int64.random(in: 1...600, using: &random)
                let change = ledger.cool(entry, for: .seconds(seconds), reason: .test, at: instant)
                let remaining = Duration.seconds(plain.cool(id, seconds, now))
                #expect(change == .cooled(entry, remaining: remaining, reason: .test), note)
            case 8:
                let wasCooled = plain.rows.removeValue(forKey: id) != nil
                let change = ledger.succeed(entry)
                #expect(change == (wasCooled ? .cleared(entry) : nil), note)
            default:
                ledger.abandon(entry)
                plain.rows[id]?.trial = nil
            }
            for id in Int64(1)...4 {
                let availability = ledger.availability(of: .init(rawValue: id), at: .after(.seconds(now)))
                #expect((availability == .ready) == plain.isReady(id, now), note)
            }
        }
    }
}

@Suite
struct `Time goes forward and never overflows` {
    @Test(
        arguments: [
            (.seconds(1), 1_000_000_000), (.milliseconds(-5), -5_000_000), (.zero, 0), (.nanoseconds(7), 7),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min), (.seconds(10_000_000_000), .max),
        ] as [(Duration, Int64)]
    )
    func `Durations are cut to what fits`(duration: Duration, nanoseconds: Int64) {
        let whole = duration.wholeNanoseconds

        #expect(whole == nanoseconds)
    }

    @Test(
        arguments: [
            (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(999), 1), (.seconds(1), 1), (.milliseconds(1001), 2),
            (.seconds(299), 299), (.milliseconds(-500), 0),
        ] as [(Duration, Int64)]
    )
    func `Retry-After is rounded up`(duration: Duration, seconds: Int64) {
        let rounded = duration.secondsRoundedUp

        #expect(rounded == seconds)
    }

    @Test
    func `Instants stop at the ends of the clock`() {
        let late = MonotonicInstant(nanoseconds: .max - 5)
        let early = MonotonicInstant(nanoseconds: .min + 5)

        let ends = [late + .seconds(1), early + .seconds(-1), late + .nanoseconds(-5)]

        #expect(ends.map(\.nanoseconds) == [.max, .min, .max - 10])
        #expect(MonotonicInstant.after(.milliseconds(1500)) - .start == .milliseconds(1500))
        #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
    }
}
