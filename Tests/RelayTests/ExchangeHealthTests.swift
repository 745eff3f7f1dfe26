import Configuration
import Dialects
import Relay
import Routing
import Testing

/// What has happened to a request when its client leaves.
enum Moment: String, CaseIterable {
    case idle, head, failureBody, whole, opaque, held, streaming, paused
}

@Suite
struct `A client that leaves is nobody's failure` {
    private func reach(_ moment: Moment, _ world: World) -> Rig {
        let endpoint = moment == .opaque ? Endpoint.at("/v1/audio/speech") : .chatCompletions
        var rig = world.request(stream: moment == .held || moment == .streaming, endpoint: endpoint)
        if moment != .idle { rig.begin() }
        switch moment {
        case .idle, .head: break
        case .failureBody:
            rig.head(503)
            rig.bytes("{")
        case .whole:
            rig.head(200)
            rig.bytes("{")
        case .opaque:
            rig.head(200, .other)
            rig.bytes("sound")
        case .held:
            rig.head(200, .events)
            rig.bytes(Streams.role)
        case .streaming:
            rig.head(200, .events)
            rig.bytes(Streams.hello)
        case .paused: rig.reply(503, "")
        }
        return rig
    }

    @Test(arguments: Moment.allCases)
    func `In every phase the ledger stays as it was and the row says 499`(moment: Moment) {
        let world = World("A", "B")
        world.cool(2, for: .seconds(100), at: .start)
        var rig = self.reach(moment, world)
        let before = (world.board.current.all, world.changes)

        rig.sleep(.seconds(1))
        rig.leave()
        let after = [rig.end(), rig.fail(.broken("cancelled")), rig.resume(), rig.timeOut()]

        #expect(world.board.current.all == before.0)
        #expect(world.changes == before.1)
        #expect(rig.record.status == 499)
        #expect(rig.record.ending == .clientGone)
        #expect(rig.exchange.isOver)
        #expect(after == [.wait, .wait, .wait, .wait])
        let outcome: [String] = moment == .idle ? [] : [moment == .paused ? "transient" : "client_gone"]
        #expect(rig.record.attempts.map(\.outcome) == outcome)
    }

    @Test(arguments: [Moment.head, .failureBody, .whole, .held, .paused])
    func `A trial it was leaves its place to the next`(moment: Moment) {
        let world = World("A")
        world.cool(1, for: .seconds(10), at: .start + .seconds(-10))
        var rig = self.reach(moment, world)

        rig.leave()
        var next = world.request()
        let step = next.begin()

        #expect(step == .attempt("A", 1))
    }

    @Test
    func `Leaving after the end changes nothing`() {
        var rig = World("A").request()
        rig.begin()
        rig.reply()

        rig.leave()

        #expect(rig.record.status == 200)
        #expect(rig.record.ending == .completed)
    }
}

@Suite
struct `Cooling entries come back one request at a time` {
    @Test
    func `A cooling entry gets no traffic until its time is over`() {
        let world = World("A", "B")
        var first = world.request()
        first.begin()
        first.reply(402, "")
        first.reply()

        let steps = [0, 1, 299, 300].map { seconds in
            var rig = world.request(at: .start + .seconds(seconds))
            return rig.begin()
        }

        #expect(steps == [.attempt("B", 1), .attempt("B", 1), .attempt("B", 1), .attempt("A", 1)])
    }

    @Test
    func `Of fifty requests after the end one finds out and its success lets the others in`() {
        let world = World("A", "B")
        world.cool(1, for: .seconds(300), at: .start)
        let end = MonotonicInstant.start + .seconds(300)
        var rigs = (0..<50).map { _ in world.request(at: end) }

        let steps = rigs.indices.map { rigs[$0].begin() }
        rigs[0].reply()
        var late = world.request(at: end)
        let step = late.begin()

        #expect(steps.filter { $0 == .attempt("A", 1) }.count == 1)
        #expect(steps.filter { $0 == .attempt("B", 1) }.count == 49)
        #expect(step == .attempt("A", 1))
        #expect(world.changes.last == .cleared(World.entry(1)))
        #expect(world.board.current.isEmpty)
    }

    @Test
    func `A trial that fails begins a new cooldown`() {
        let world = World("A", "B")
        world.cool(1, for: .seconds(300), at: .start)
        let end = MonotonicInstant.start + .seconds(300)
        var rig = world.request(at: end)
        rig.begin()

        let step = rig.reply(401, "")

        #expect(step == .attempt("B", 2))
        #expect(world.remaining(1, at: end) == .seconds(300))
    }

    @Test
    func `A trial that ends in the caller's fault leaves its place to the next`() {
        let world = World("A")
        world.cool(1, for: .seconds(1), at: .start)
        var rig = world.request(at: .start + .seconds(1))
        rig.begin()

        rig.reply(400, #"{"error":{"message":"Bad"}}"#)
        var next = world.request(at: .start + .seconds(1))
        let step = next.begin()

        #expect(step == .attempt("A", 1))
    }

    @Test
    func `The first content of a stream clears the cooldown, its cut begins another`() {
        let world = World("A")
        world.cool(1, for: .seconds(1), at: .start)
        var rig = world.request(stream: true, at: .start + .seconds(1))
        rig.begin()
        rig.head(200, .events)

        rig.bytes(Streams.role)
        let held = world.changes.count
        rig.bytes(Streams.hello)
        let begun = world.changes.last
        rig.fail(.broken("reset"))

        #expect(held == 1)
        #expect(begun == .cleared(World.entry(1)))
        #expect(world.cooling(at: rig.now) == [1: .cut])
    }

    @Test
    func `Waking an entry brings it back at once`() {
        let world = World("A", "B")
        world.cool(1, 2, for: .seconds(300), .keyRejected, at: .start)

        world.board.wake([World.entry(1)])
        var rig = world.request()
        let step = rig.begin()

        #expect(step == .attempt("A", 1))
        #expect(world.changes.last == .cleared(World.entry(1)))
    }

    @Test
    func `Entries that are gone are forgotten and nobody is told`() {
        let world = World("A", "B")
        world.cool(1, 2, for: .seconds(300), .keyRejected, at: .start)

        world.board.retain([World.entry(2)])

        #expect(world.cooling(at: .start) == [2: .keyRejected])
        #expect(world.changes.count == 2)
    }
}
