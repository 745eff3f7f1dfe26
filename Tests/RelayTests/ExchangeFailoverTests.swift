import Configuration
import Dialects
import GenerationModel
import Relay
import Routing
import Testing

@Suite
struct `A whole answer is passed on` {
    @Test
    func `With its bytes, usage and record`() {
        let world = World("A", "B")
        var rig = world.request()
        let body = #"{"choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#

        let begin = rig.begin()
        rig.sleep(.milliseconds(120))
        let step = rig.reply(200, body)

        #expect([begin, step] == [.attempt("A", 1), .end])
        #expect(rig.text == body)
        #expect(rig.record.usage == TokenUsage(input: 5, output: 2))
        #expect(rig.record.totalMicroseconds == 120_000)
        #expect(rig.record.attempts.map(\.outcome) == ["ok"])
        #expect(world.changes.isEmpty)
        #expect(rig.faults.isEmpty)
    }

    @Test
    func `Nothing of it is released before it is judged`() {
        var rig = World("A").request()
        rig.begin()
        rig.head()

        let steps = [rig.bytes(#"{"choices""#), rig.bytes(":[]}")]

        #expect(steps == [.wait, .wait])
        #expect(rig.exchange.releasable == 0)
        #expect(!rig.exchange.isCommitted)
    }

    @Test(arguments: ["audio/mpeg", "text/plain"])
    func `Speech and transcripts are not judged but must not be empty`(type: String) {
        let bytes = Array(type.utf8)
        let form = ProviderHead.ContentForm(fieldValue: bytes.span.bytes)
        let world = World("A", "B")
        var rig = world.request(endpoint: .at("/v1/audio/speech"))
        rig.begin()
        rig.head(200, form)

        let step = rig.bytes("\u{1}\u{2}")
        let end = rig.end()
        var empty = world.request(endpoint: .at("/v1/audio/speech"))
        empty.begin()
        empty.head(200, form)
        let nothing = empty.end()

        #expect([step, end] == [.flow, .end])
        #expect(rig.sent == [1, 2])
        #expect(nothing == .attempt("B", 2))
    }
}

@Suite
struct `A failure before the answer is somebody else's turn` {
    /// What the first provider does, the outcome, and the cooldown that follows.
    static let next: [(Int, String, ProviderHead.ContentForm, String, CooldownReason.Kind)] = [
        (401, "", .json, "key_rejected", .keyRejected), (403, "{}", .json, "key_rejected", .keyRejected),
        (402, "", .json, "out_of_credit", .outOfCredit),
        (429, #"{"error":{"message":"x","code":"insufficient_quota"}}"#, .json, "out_of_credit", .outOfCredit),
        (404, #"{"error":{"message":"x","code":"model_not_found"}}"#, .json, "model_gone", .modelGone),
        (410, "", .unknown, "model_gone", .modelGone), (302, "", .html, "bad_answer", .badAnswer),
        (200, "<html>Hi</html>", .html, "bad_answer", .badAnswer), (200, "", .json, "bad_answer", .badAnswer),
        (200, "nonsense", .json, "bad_answer", .badAnswer), (200, "", .unknown, "bad_answer", .badAnswer),
        (200, #"{"error":{"message":"Failed"}}"#, .json, "bad_answer", .badAnswer),
        (200, #"{"error":{"code":503,"message":"Busy"}}"#, .json, "transient", .transient),
        (404, "<html>nginx</html>", .html, "bad_answer", .badAnswer), (429, "", .json, "rate_limited", .rateLimited),
        (529, "", .json, "rate_limited", .rateLimited),
    ]

    @Test(arguments: Self.next)
    func `The next candidate answers and the failed one cools`(
        status: Int,
        body: String,
        form: ProviderHead.ContentForm,
        outcome: String,
        kind: CooldownReason.Kind
    ) {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        var step = rig.reply(status, body, form: form)
        if outcome == "transient" {
            rig.resume()
            step = rig.reply(status, body, form: form)
        }
        let answer = rig.reply()

        #expect(step == .attempt("B", outcome == "transient" ? 3 : 2))
        #expect(answer == .end)
        #expect(rig.record.attempts.last?.channelName == "B")
        #expect(rig.record.attempts.dropLast().allSatisfy { $0.outcome == outcome && $0.status == status })
        #expect(world.cooling(at: rig.now) == [1: kind])
        #expect(world.remaining(1, at: rig.now) == .seconds(300))
        #expect(rig.record.servingModel == "m")
        #expect(rig.exchange.attemptCount == (outcome == "transient" ? 3 : 2))
    }

    @Test(arguments: [408, 500, 502, 503, 504, 520, 521, 522, 523, 524])
    func `A transient one is tried once more after a short random pause`(status: Int) {
        let world = World("A", "B")
        var rig = world.request(seed: UInt64(status))
        rig.begin()

        let first = rig.reply(status, "")
        let pause = rig.lastPause ?? .zero
        let coolsMeanwhile = world.cooling(at: rig.now)
        let again = rig.resume()
        let answer = rig.reply()

        #expect([first, again, answer] == [.pause, .attempt("A", 2), .end])
        #expect((.milliseconds(200)...(.milliseconds(500))).contains(pause))
        #expect(coolsMeanwhile.isEmpty)
        #expect(world.changes.isEmpty)
        #expect(rig.record.attempts.map(\.outcome) == ["transient", "ok"])
    }

    @Test(
        arguments: [
            TransportFailure.notConnected("refused"), .notConnected("name not found"),
            .notConnected("certificate not trusted"), .broken("reset by peer"),
        ]
    )
    func `So is a network failure, in the head and in the body`(failure: TransportFailure) {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let first = rig.fail(failure)
        rig.resume()
        rig.head()
        rig.bytes("{\"choi")
        let second = rig.fail(failure)

        #expect([first, second] == [.pause, .attempt("B", 3)])
        #expect(world.cooling(at: rig.now) == [1: .transient])
        #expect(rig.record.attempts.map(\.status) == [nil, 200])
        #expect(rig.record.attempts.map(\.detail) == [failure.detail, "200 \(failure.detail)"])
    }

    @Test
    func `Garbage instead of HTTP is a bad answer and not tried again`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let step = rig.fail(.notHTTP("bad status line"))

        #expect(step == .attempt("B", 2))
        #expect(world.cooling(at: rig.now) == [1: .badAnswer])
    }

    @Test
    func `A dead pooled connection is replaced at once, does not count, and only so often`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()
        let mayReuse = rig.lastAttempt?.mayReuseConnection

        let steps = (0..<4).map { _ in rig.fail(.staleConnection) }

        #expect(steps == [.attempt("A", 1), .attempt("A", 1), .attempt("A", 1), .attempt("B", 2)])
        #expect(mayReuse == true)
        #expect(rig.lastAttempt?.mayReuseConnection == true)
        #expect(world.changes.isEmpty)
        #expect(rig.exchange.attemptCount == 2)
    }

    @Test
    func `The repeat after a dead connection gets a new one and its own inline retry`() {
        var rig = World("A").request()
        rig.begin()

        rig.fail(.staleConnection)
        let mayReuse = rig.lastAttempt?.mayReuseConnection
        let step = rig.reply(500, "")

        #expect(mayReuse == false)
        #expect(step == .pause)
    }

    @Test
    func `A rejected key takes the whole channel out`() {
        let world = World("A", "B", models: ["m", "x"])
        var rig = world.request("m")
        rig.begin()

        let step = rig.reply(401, #"{"error":{"message":"No"}}"#)

        #expect(step == .attempt("B", 2))
        #expect(world.cooling(at: rig.now) == [1: .keyRejected, 2: .keyRejected])
    }

    @Test
    func `Attempts are bounded by the setting`() {
        let world = World("A", "B", "C", "D", "E") { $0.maximumAttempts = 3 }
        var rig = world.request()
        rig.begin()

        let steps = (0..<3).map { _ in rig.reply(429, "") }

        #expect(steps == [.attempt("B", 2), .attempt("C", 3), .answer(429)])
        #expect(rig.record.attempts.count == 3)
    }

    @Test
    func `With one attempt there is no inline retry`() {
        let world = World("A", "B") { $0.maximumAttempts = 1 }
        var rig = world.request()
        rig.begin()

        let step = rig.reply(503, "")

        #expect(step == .answer(503))
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }
}
