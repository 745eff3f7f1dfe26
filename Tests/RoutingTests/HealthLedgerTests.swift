import Configuration
import Routing
import Testing

@Suite
struct `A cooldown lasts as long as it should` {
    @Test(
        arguments: [
            (0, false), (1, false), (299_999, false), (300_000, true), (300_001, true),
        ]
    )
    func `An entry that failed is back after three hundred seconds and not before`(milliseconds: Int, isReady: Bool) {
        var ledger = HealthLedger()
        let change = ledger.cool(1, for: .seconds(300), reason: .test, at: .start)

        let availability = ledger.availability(of: 1, at: .after(.milliseconds(milliseconds)))

        #expect(change == .cooled(1, remaining: .seconds(300), reason: .test))
        #expect(availability == (isReady ? .ready : .cooling(until: .after(.seconds(300)), reason: .test)))
        #expect(ledger.availability(of: 2, at: .start) == .ready)
    }

    @Test
    func `A second failure never shortens it, nor changes its reason`() {
        var ledger = HealthLedger()
        _ = ledger.cool(1, for: .seconds(300), reason: .test, at: .start)
        let limited = CooldownReason(kind: .rateLimited, status: 429, detail: "slow down")

        let change = ledger.cool(1, for: .seconds(2), reason: limited, at: .after(.seconds(10)))

        #expect(change == .cooled(1, remaining: .seconds(290), reason: .test))
        #expect(
            ledger.availability(of: 1, at: .after(.seconds(299)))
                == .cooling(until: .after(.seconds(300)), reason: .test)
        )
    }

    @Test
    func `A later failure extends it`() {
        var ledger = HealthLedger()
        _ = ledger.cool(1, for: .seconds(10), reason: .test, at: .start)

        let change = ledger.cool(1, for: .seconds(10), reason: .test, at: .after(.seconds(5)))

        #expect(change == .cooled(1, remaining: .seconds(10), reason: .test))
        #expect(ledger.all[1]?.until == .after(.seconds(15)))
    }

    @Test
    func `Success ends it and tells once`() {
        var ledger = HealthLedger()
        _ = ledger.cool(1, for: .seconds(10), reason: .test, at: .start)

        let changes = [ledger.succeed(1), ledger.succeed(1), ledger.succeed(2)]

        #expect(changes == [.cleared(1), nil, nil])
        #expect(ledger.isEmpty)
    }

    @Test
    func `It can be ended by hand`() {
        var ledger = HealthLedger()
        _ = ledger.cool(1, for: .seconds(10), reason: .test, at: .start)
        _ = ledger.cool(2, for: .seconds(10), reason: .test, at: .start)

        let change = ledger.wake(1)

        #expect(change == .cleared(1))
        #expect(ledger.availability(of: 1, at: .start) == .ready)
        #expect(ledger.availability(of: 2, at: .start) != .ready)
    }

    @Test
    func `Entries that no longer exist are forgotten`() {
        var ledger = HealthLedger()
        for id in [1, 2, 3] as [APIEntry.ID] { _ = ledger.cool(id, for: .seconds(10), reason: .test, at: .start) }

        ledger.retain([2, 9])

        #expect(Set(ledger.all.keys) == [2])
    }

    @Test
    func `A cooldown at the end of time stays there`() {
        var ledger = HealthLedger()

        _ = ledger.cool(1, for: .seconds(Int64.max), reason: .test, at: .start)

        #expect(ledger.all[1]?.until == MonotonicInstant(nanoseconds: .max))
    }
}

@Suite
struct `After a cooldown one request finds out` {
    private func ended() -> HealthLedger {
        var ledger = HealthLedger()
        _ = ledger.cool(1, for: .seconds(300), reason: .test, at: .start)
        return ledger
    }

    private static let end = MonotonicInstant.after(.seconds(300))

    @Test
    func `Nobody takes an entry that cools, and only the first takes it afterwards`() {
        var ledger = self.ended()

        let early = ledger.take(1, at: .after(.seconds(299)))
        let takes = (0..<50).map { _ in ledger.take(1, at: Self.end) }

        #expect(!early)
        #expect(takes == [true] + [Bool](repeating: false, count: 49))
        #expect(ledger.availability(of: 1, at: Self.end) == .onTrial(reason: .test))
    }

    @Test
    func `Its success lets everybody in`() {
        var ledger = self.ended()
        _ = ledger.take(1, at: Self.end)

        _ = ledger.succeed(1)
        let takes = (0..<3).map { _ in ledger.take(1, at: Self.end) }

        #expect(takes == [true, true, true])
    }

    @Test
    func `Its failure begins a new cooldown and the next end has its own trial`() {
        var ledger = self.ended()
        _ = ledger.take(1, at: Self.end)

        _ = ledger.cool(1, for: .seconds(300), reason: .test, at: Self.end)
        let takes = [299, 300, 300].map { ledger.take(1, at: Self.end + .seconds($0)) }

        #expect(takes == [false, true, false])
    }

    @Test
    func `A trial that tells nothing leaves its place to the next`() {
        var ledger = self.ended()
        _ = ledger.take(1, at: Self.end)

        ledger.abandon(1)
        let takes = (0..<2).map { _ in ledger.take(1, at: Self.end) }

        #expect(takes == [true, false])
    }

    @Test
    func `A trial that never reports is given up after its patience`() {
        var ledger = self.ended()
        _ = ledger.take(1, at: Self.end)
        let patience = HealthLedger.trialPatience

        let before = ledger.take(1, at: Self.end + patience + .nanoseconds(-1))
        let after = ledger.take(1, at: Self.end + patience)

        #expect(!before)
        #expect(after)
        #expect(patience == .seconds(900))
    }

    @Test
    func `Healthy entries are taken by everybody and leave no trace`() {
        var ledger = self.ended()
        var empty = HealthLedger()

        let takes = (0..<3).map { _ in ledger.take(2, at: .start) && empty.take(2, at: .start) }

        #expect(takes == [true, true, true])
        #expect(Set(ledger.all.keys) == [1])
        #expect(empty.isEmpty)
    }
}
