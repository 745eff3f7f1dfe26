import Configuration
import Dialects
import Relay
import Routing
import Testing

@Suite
struct `A provider that asks for patience gets a little of it` {
    @Test(arguments: [1000, 2000, 3000])
    func `A short Retry-After is waited for and the client sees nothing`(milliseconds: Int) {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let limited = rig.reply(429, "", retryAfter: .milliseconds(milliseconds))
        let pause = rig.lastPause
        let again = rig.resume()
        let answer = rig.reply()

        #expect([limited, again, answer] == [.pause, .attempt("A", 2), .end])
        #expect(pause == .milliseconds(milliseconds))
        #expect(world.changes.isEmpty)
    }

    @Test
    func `A second one in a row is the next candidate's turn`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()
        rig.reply(429, "", retryAfter: .seconds(2))
        rig.resume()

        let step = rig.reply(429, "", retryAfter: .seconds(2))

        #expect(step == .attempt("B", 3))
        #expect(world.cooling(at: rig.now) == [1: .rateLimited])
        #expect(world.remaining(1, at: rig.now) == .seconds(2))
    }

    @Test(
        arguments: [
            (.milliseconds(3001), .milliseconds(3001)), (.seconds(30), .seconds(30)), (.seconds(3600), .seconds(3600)),
            (.seconds(7200), .seconds(3600)), (nil, .seconds(300)),
        ] as [(Duration?, Duration)]
    )
    func `A long one, or none, is the next candidate's turn at once`(told: Duration?, cooldown: Duration) {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let step = rig.reply(429, "", retryAfter: told)

        #expect(step == .attempt("B", 2))
        #expect(world.remaining(1, at: rig.now) == cooldown)
    }

    @Test
    func `A 503 with a long Retry-After is not tried again either`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let step = rig.reply(503, "", retryAfter: .seconds(30))

        #expect(step == .attempt("B", 2))
        #expect(world.remaining(1, at: rig.now) == .seconds(30))
    }

    @Test
    func `A 503 with a short one is tried again then`() {
        var rig = World("A", "B").request()
        rig.begin()

        let step = rig.reply(503, "", retryAfter: .seconds(1))

        #expect(step == .pause)
        #expect(rig.lastPause == .seconds(1))
    }

    @Test
    func `A negative one counts as none at all of waiting and cools for a second`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        rig.reply(429, "", retryAfter: .seconds(-5))
        let pause = rig.lastPause
        rig.resume()
        rig.reply(429, "", retryAfter: .seconds(-5))

        #expect(pause == .zero)
        #expect(world.remaining(1, at: rig.now) == .seconds(1))
    }

    @Test
    func `Gemini says it in the body`() {
        let world = World("A", "B", type: .gemini)
        var rig = world.request(endpoint: .generateContent)
        rig.begin()
        let body = """
            {"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"34.5s"}]}}
            """

        let step = rig.reply(429, body)

        #expect(step == .attempt("B", 2))
        #expect(world.remaining(1, at: rig.now) == .milliseconds(34_500))
    }
}

@Suite
struct `The only candidate that is rate limited is asked again a few times` {
    @Test(arguments: [UInt64](1...100))
    func `At most three times in three seconds, with jitter`(seed: UInt64) {
        let world = World("A")
        var rig = world.request(seed: seed)
        rig.begin()
        var pauses: [Duration] = []

        var step = rig.reply(429, "")
        while step == .pause {
            pauses.append(rig.lastPause ?? .zero)
            rig.resume()
            step = rig.reply(429, "")
        }

        #expect(step == .answer(429))
        #expect(pauses.count == 2)
        #expect(pauses.allSatisfy { (.milliseconds(300)...(.milliseconds(900))).contains($0) })
        #expect(rig.now - .start < .seconds(3))
        #expect(rig.exchange.attemptCount == 3)
        #expect(rig.answer?.retryAfterSeconds == 300)
        #expect(world.cooling(at: rig.now) == [1: .rateLimited])
    }

    @Test
    func `Slow answers use up the three seconds`() {
        var rig = World("A").request()
        rig.begin()
        rig.sleep(.milliseconds(2800))

        let step = rig.reply(429, "")

        #expect(step == .answer(429))
        #expect(rig.exchange.attemptCount == 1)
    }

    @Test
    func `When it recovers in time the client sees nothing`() {
        let world = World("A")
        var rig = world.request()
        rig.begin()
        rig.reply(429, "")
        rig.resume()

        let step = rig.reply()

        #expect(step == .end)
        #expect(world.changes.isEmpty)
    }

    @Test(arguments: [(.seconds(30), 30), (.milliseconds(30_001), 31), (.seconds(9999), 3600)] as [(Duration, Int64)])
    func `Told to wait longer, the client is told exactly that, at once`(told: Duration, seconds: Int64) {
        var rig = World("A").request()
        rig.begin()

        let step = rig.reply(429, #"{"error":{"message":"Slow down","code":"rate_limit_exceeded"}}"#, retryAfter: told)

        #expect(step == .answer(429))
        #expect(rig.answer?.retryAfterSeconds == seconds)
        #expect(rig.answerText.contains("Slow down"))
        #expect(rig.answerText.contains("rate_limit_exceeded"))
    }

    @Test
    func `Attempts stay bounded`() {
        var rig = World("A", settings: { $0.maximumAttempts = 2 }).request()
        rig.begin()
        rig.reply(429, "")
        rig.resume()

        let step = rig.reply(429, "")

        #expect(step == .answer(429))
    }

    @Test
    func `No pause reaches beyond the deadline`() {
        var rig = World("A", settings: { $0.requestDeadline = .seconds(10) }).request()
        rig.begin()
        rig.sleep(.seconds(8))

        let step = rig.reply(429, "", retryAfter: .seconds(2))

        #expect(step == .answer(429))
        #expect(rig.answer?.retryAfterSeconds == 2)
    }
}

@Suite
struct `Jitter can be replayed` {
    private func pauses(seed: UInt64) -> [Duration] {
        var rig = World("A", "B").request(seed: seed)
        rig.begin()
        var pauses: [Duration] = []
        for _ in 0..<2 {
            rig.reply(500, "")
            pauses.append(rig.lastPause ?? .zero)
            rig.resume()
            rig.reply(500, "")
        }
        return pauses
    }

    @Test
    func `The same seed gives the same pauses, other seeds others`() {
        let runs = (0..<50).map { self.pauses(seed: UInt64($0)) }

        let again = (0..<50).map { self.pauses(seed: UInt64($0)) }

        #expect(runs == again)
        #expect(Set(runs).count > 40)
        #expect(runs.joined().allSatisfy { $0 >= .milliseconds(200) && $0 <= .milliseconds(500) })
    }
}
