import Configuration
import GatewayTesting
import Routing
import Testing

@Suite
struct `A walk passes over those who cannot answer` {
    @Test
    func `Switched off entries, switched off channels and cooling entries take no part`() {
        var floor = Floor()
        let a = floor.channel("a")
        let off = floor.channel("off", isEnabled: false)
        floor.entry(a, "m", isEnabled: false)
        floor.entry(off, "m")
        floor.entry(a, "m")
        floor.entry(a, "m")
        var health = HealthLedger()
        _ = health.cool(3, for: .seconds(300), reason: .test, at: .start)

        let during = floor.snapshot.walk("m", health: health, now: .after(.seconds(299)))
        let after = floor.snapshot.walk("m", health: health, now: .after(.seconds(300)))

        #expect(during == [4])
        #expect(after == [3, 4])
    }

    @Test
    func `An entry that several rules name gets one turn`() {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(a, "Same", alias: "same")
        floor.entry(a, "same", alias: "SAME")
        floor.entry(a, "other", alias: "same")

        let walked = floor.snapshot.walk("same")

        #expect(walked == [2, 1, 3])
    }

    @Test
    func `A target that does not suit is passed over without being taken`() {
        var floor = Floor()
        let a = floor.channel("a")
        let g = floor.channel("g", type: .gemini)
        floor.entry(g, "m")
        floor.entry(a, "m")
        let snapshot = floor.snapshot
        var health = HealthLedger()
        _ = health.cool(1, for: .seconds(10), reason: .test, at: .start)
        var cursor = RouteCursor(plan: snapshot.plan(model: .named("m"), kind: .chat), in: snapshot)

        let first = cursor.next(health: &health, now: .after(.seconds(60))) { target in
            target.channel.type == .gemini ? "it speaks Gemini" : nil
        }

        #expect(first?.entry.id == 2)
        #expect(health.availability(of: 1, at: .after(.seconds(60))) == .ready)
    }

    @Test
    func `Health is asked when the turn comes, not when the plan is made`() {
        var floor = Floor()
        let a = floor.channel("a")
        for _ in 1...3 { floor.entry(a, "m") }
        let snapshot = floor.snapshot
        var health = HealthLedger()
        var cursor = RouteCursor(plan: snapshot.plan(model: .named("m"), kind: .chat), in: snapshot)

        let first = cursor.next(health: &health, now: .start) { _ in nil }
        _ = health.cool(2, for: .seconds(5), reason: .test, at: .start)
        let second = cursor.next(health: &health, now: .start) { _ in nil }
        let third = cursor.next(health: &health, now: .start) { _ in nil }

        #expect(first?.entry.id == 1)
        #expect(second?.entry.id == 3)
        #expect(third == nil)
    }
}

@Suite
struct `Exclusions say why` {
    @Test
    func `Each candidate that cannot be tried has its reason, in order, once`() {
        var floor = Floor()
        let a = floor.channel("a")
        let off = floor.channel("off", isEnabled: false)
        let g = floor.channel("g", type: .gemini)
        floor.entry(a, "m", alias: "m", isEnabled: false)
        floor.entry(off, "m", isEnabled: false)
        floor.entry(g, "m")
        floor.entry(a, "m")
        floor.entry(a, "m")
        floor.entry(a, "m")
        let snapshot = floor.snapshot
        var health = HealthLedger()
        _ = health.cool(4, for: .seconds(300), reason: .test, at: .start)
        _ = health.cool(5, for: .seconds(1), reason: .test, at: .start)
        let now = MonotonicInstant.after(.seconds(2))
        _ = health.take(5, at: now)
        let cursor = RouteCursor(plan: snapshot.plan(model: .named("m"), kind: .chat), in: snapshot)

        let exclusions = cursor.exclusions(health: health, now: now) { target in
            target.channel.type == .gemini ? "it speaks Gemini" : nil
        }

        #expect(exclusions.map(\.target.entry.id.rawValue) == [1, 2, 3, 4, 5])
        #expect(
            exclusions.map(\.reason) == [
                .entryOff, .channelOff, .unsuitable("it speaks Gemini"),
                .cooling(until: .after(.seconds(300)), reason: .test), .onTrial(reason: .test),
            ]
        )
    }

    @Test
    func `Another model whose answers would not match is named as unsuitable even while it cools`() {
        var floor = Floor()
        let a = floor.channel("a")
        for model in ["small", "large", "SMALL"] { floor.entry(a, model, kind: .embedding) }
        let snapshot = floor.snapshot
        var health = HealthLedger()
        for id in [1, 2] as [APIEntry.ID] { _ = health.cool(id, for: .seconds(9), reason: .test, at: .start) }
        let cursor = RouteCursor(plan: snapshot.plan(model: .automatic, kind: .embedding), in: snapshot)

        let exclusions = cursor.exclusions(health: health, now: .start) { _ in nil }

        #expect(
            exclusions.map(\.reason) == [
                .cooling(until: .after(.seconds(9)), reason: .test),
                .unsuitable("it is another model, whose answers do not match"),
            ]
        )
    }

    @Test
    func `Where nobody is excluded there is nothing to say`() {
        var floor = Floor()
        floor.entry(floor.channel("a"), "m")
        let snapshot = floor.snapshot
        let cursor = RouteCursor(plan: snapshot.plan(model: .automatic, kind: .chat), in: snapshot)

        let exclusions = cursor.exclusions(health: HealthLedger(), now: .start) { _ in nil }

        #expect(exclusions.isEmpty)
    }
}

@Suite
struct `Routing holds thousands of entries` {
    @Test
    func `Five thousand entries are walked in order, each once`() {
        var floor = Floor()
        let channels = (0..<20).map { floor.channel("c\($0)") }
        for index in 0..<5000 {
            let name = index % 2 == 0 ? "model-\(index)" : "MODEL-\(index - 1)"
            floor.entry(channels[index % 20], name, alias: index % 5 == 0 ? "fifth" : nil)
        }

        let snapshot = floor.snapshot
        let automatic = snapshot.walk("auto")
        let named = snapshot.walk("model-42")
        let alias = snapshot.walk("FIFTH")

        #expect(automatic == Array(1...5000))
        #expect(named.prefix(3) == [43, 44, 1])
        #expect(alias.prefix(2) == [1, 6])
        for walked in [named, alias] {
            #expect(walked.count == 5000)
            #expect(Set(walked).count == 5000)
        }
    }

    @Test(arguments: [UInt64](1...40))
    func `A walk gives every entry that may answer exactly once, whatever the configuration`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var floor = Floor()
        let names = ["a", "A", "b", "B", "ab", "auto"]
        let channels = (0..<3).map { floor.channel("c\($0)", isEnabled: $0 != 2 || Bool.random(using: &random)) }
        var health = HealthLedger()
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            let id = floor.entry(
                channels[Int.random(in: 0..<3, using: &random)],
                names[Int.random(in: 0..<6, using: &random)],
                alias: Bool.random(using: &random) ? names[Int.random(in: 0..<6, using: &random)] : nil,
                isInAuto: Bool.random(using: &random),
                isEnabled: Int.random(in: 0..<4, using: &random) > 0
            )
            guard Bool.random(using: &random) else { continue }
            _ = health.cool(id, for: .seconds(10), reason: .test, at: .start)
        }

        let walked = floor.snapshot.walk("a", health: health)

        let expected = Self.expected("a", floor, health)
        #expect(walked == expected, "seed \(seed)")
    }

    /// The rules of product.md §4 in the plainest form.
    private static func expected(_ name: String, _ floor: Floor, _ health: HealthLedger) -> [Int64] {
        let off = Set(floor.channels.filter { !$0.isEnabled }.map(\.id))
        let usable = floor.entries.filter { entry in
            entry.isEnabled && !off.contains(entry.channelID) && health.availability(of: entry.id, at: .start) == .ready
        }
        let groups = [
            usable.filter { $0.model == name },
            usable.filter { $0.model.lowercased() == name },
            usable.filter { $0.displayName?.lowercased() == name },
            usable.filter(\.isInAuto),
        ]
        var order: [Int64] = []
        for entry in groups.joined() where !order.contains(entry.id.rawValue) { order.append(entry.id.rawValue) }
        return order
    }
}
