import Configuration
import Dialects
import GenerationModel
import JSON
import Relay
import Routing
import Testing

@Suite
struct `The caller's own fault comes back as it is` {
    @Test(
        arguments: [
            (400, #"{ "error": {"message":"Unsupported parameter","code":"unsupported_parameter"} }"#, "caller_fault"),
            (413, #"{"error":{"message":"Too large"}}"#, "caller_fault"), (415, "no", "caller_fault"),
            (422, #"{"detail":[{"msg":"field required"}]}"#, "caller_fault"),
            (404, #"{"error":{"message":"Invalid URL"}}"#, "caller_fault"),
            (400, #"{"error":{"message":"No","code":"content_policy_violation"}}"#, "content_policy"),
            (403, #"{"error":{"message":"Your input was flagged"}}"#, "content_policy"),
        ]
    )
    func `With its bytes, at once, and nobody cools`(status: Int, body: String, outcome: String) {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let step = rig.reply(status, body)

        #expect(step == .answer(status))
        #expect(rig.answer == LocalAnswer(status: status, body: Array(body.utf8)))
        #expect(world.changes.isEmpty)
        #expect(rig.record.attempts.map(\.outcome) == [outcome])
        #expect(rig.record.ending == .failed)
        #expect(rig.record.status == status)
    }

    @Test
    func `Its type is passed on too`() {
        var rig = World("A").request()
        rig.begin()
        rig.head(400, .html, contentType: "text/html; charset=x")
        rig.bytes("<html>Bad</html>")

        rig.end()

        #expect(rig.answer?.contentType == "text/html; charset=x")
    }

    @Test
    func `Without words of the provider it has the gateway's`() throws {
        var rig = World("A", type: .anthropic).request(endpoint: .messages)
        rig.begin()

        let step = rig.reply(400, "")

        let body = try JSONValue(parsing: rig.answer?.body ?? [])
        #expect(step == .answer(400))
        #expect(body["type"] == "error")
        #expect(body["error"]?["type"] == "invalid_request_error")
    }

    @Test
    func `An error body without end is not read on and not passed on in part`() throws {
        var rig = World("A").request()
        rig.begin()
        rig.head(400)
        let chunk = Array(#"{"error":{"message":"x"#.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 600 << 10)

        let steps = [rig.bytes(chunk), rig.bytes(chunk)]

        let body = try JSONValue(parsing: rig.answer?.body ?? [])
        #expect(steps == [.wait, .answer(400)])
        #expect(body["error"]?["type"] == "invalid_request_error")
    }

    @Test
    func `A policy error inside a success is refused with 400`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()

        let step = rig.reply(200, #"{"error":{"message":"Filtered","code":"content_filter"}}"#)

        #expect(step == .answer(400))
        #expect(rig.answerText.contains("Filtered"))
        #expect(world.changes.isEmpty)
    }

    @Test
    func `A conversation that is too long goes on and finally gets the original words`() {
        let world = World("A", "B")
        var rig = world.request()
        let body = #"{"error":{"message":"prompt is too long: 9 tokens > 8 maximum"}}"#
        rig.begin()

        let first = rig.reply(400, #"{"error":{"message":"x","code":"context_length_exceeded"}}"#)
        let second = rig.reply(400, body)

        #expect([first, second] == [.attempt("B", 2), .answer(400)])
        #expect(rig.answerText == body)
        #expect(world.changes.isEmpty)
        #expect(rig.record.attempts.map(\.outcome) == ["context_too_long", "context_too_long"])
    }

    @Test
    func `A conversation that is too long for one is served by another`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()
        rig.reply(400, #"{"error":{"message":"x","code":"context_length_exceeded"}}"#)

        let step = rig.reply()

        #expect(step == .end)
        #expect(world.changes.isEmpty)
    }
}

@Suite
struct `When nobody is left the error says who was tried` {
    @Test(
        arguments: [
            (500, 500), (502, 502), (503, 503), (504, 504), (520, 520), (408, 408), (402, 402), (429, 429), (529, 429),
            (410, 410), (302, 502),
        ]
    )
    func `Its status is that of the last failure`(status: Int, final: Int) {
        var rig = World("A", "B").request()
        rig.begin()

        var step = Step.wait
        while rig.answer == nil {
            step = rig.reply(status, "down")
            if step == .pause { rig.resume() }
        }

        #expect(step == .answer(final))
        #expect(rig.answerText.contains("No provider could answer for model: m"))
        #expect(rig.answerText.contains("A/m: "))
        #expect(rig.answerText.contains("B/m: "))
        #expect((297...300).contains(rig.answer?.retryAfterSeconds ?? 0))
        #expect(rig.record.ending == .failed)
    }

    @Test
    func `Silence is 504 and nonsense 502`() {
        var silent = World("A").request(stream: true)
        silent.begin()
        var nonsense = World("A").request()
        nonsense.begin()

        let steps = [silent.timeOut(), nonsense.reply(200, "<html>Sign in</html>", form: .html)]

        #expect(steps == [.answer(504), .answer(502)])
        #expect(nonsense.answerText.contains("a web page instead of an answer"))
    }

    @Test
    func `A rejected key is 401 and names the channel`() throws {
        var rig = World("A", "Beta", type: .anthropic).request(endpoint: .messages)
        rig.begin()
        rig.reply(503, "", retryAfter: .seconds(10))

        let step = rig.reply(401, #"{"error":{"type":"authentication_error","message":"invalid x-api-key"}}"#)

        let error = try JSONValue(parsing: rig.answer?.body ?? [])["error"]
        #expect(step == .answer(401))
        #expect(error?["type"] == "authentication_error")
        #expect(error?["message"]?.stringValue?.contains("'Beta'") == true)
        #expect(error?["message"]?.stringValue?.contains("invalid x-api-key") == true)
    }

    @Test(arguments: Dialect.allCases)
    func `It is worded in the caller's dialect`(dialect: Dialect) throws {
        let endpoints: [Dialect: Endpoint] = [
            .openAIChat: .chatCompletions, .openAIResponses: .responses, .anthropicMessages: .messages,
            .gemini: .generateContent,
        ]
        let endpoint = try #require(endpoints[dialect])
        var rig = World("A", type: endpoint.channelType).request(endpoint: endpoint)
        rig.begin()

        rig.reply(402, "")

        let body = try JSONValue(parsing: rig.answer?.body ?? [])
        #expect((body["type"] == "error") == (dialect == .anthropicMessages))
        #expect((body["error"]?["status"] != nil) == (dialect == .gemini))
        #expect(body["error"]?["message"]?.stringValue?.contains("No provider could answer") == true)
    }
}

@Suite
struct `When nobody can be tried the error says why` {
    private func answer(_ world: World, _ model: String? = "m", endpoint: Endpoint = .chatCompletions) -> Rig {
        var rig = world.request(model, endpoint: endpoint, at: .start)
        rig.begin()
        return rig
    }

    @Test(arguments: [(nil, "auto"), ("", "auto"), ("gone", "gone")] as [(String?, String)])
    func `Nothing at all is 404`(model: String?, name: String) {
        let rig = self.answer(World(Configuration()), model)

        #expect(rig.steps == [.answer(404)])
        #expect(rig.answerText.contains("No available provider for model: \(name)"))
        #expect(rig.answerText.contains("model_not_found"))
        #expect(rig.answer?.retryAfterSeconds == nil)
        #expect(rig.record.attempts.isEmpty)
        #expect(rig.record.ending == .failed || rig.record.ending == .refused)
        #expect(rig.record.requestedModel == name)
    }

    @Test
    func `Everything switched off is 404 with the switch that is off`() {
        var configuration = World("A", "B").configuration
        configuration.channels[0].isEnabled = false
        configuration.entries[1].isEnabled = false

        let rig = self.answer(World(configuration))

        #expect(rig.steps == [.answer(404)])
        #expect(rig.answerText.contains("A/m: the channel is switched off"))
        #expect(rig.answerText.contains("B/m: the entry is switched off"))
    }

    @Test
    func `Everything cooling is 503 with the soonest recovery and every reason`() {
        let world = World("A", "B")
        world.cool(1, for: .seconds(120))
        world.cool(2, for: .milliseconds(30_500), .keyRejected)

        let rig = self.answer(world)

        #expect(rig.steps == [.answer(503)])
        #expect(rig.answer?.retryAfterSeconds == 31)
        #expect(rig.answerText.contains("A/m: cooling down for 120 s (transient: it was down)"))
        #expect(rig.answerText.contains("B/m: cooling down for 31 s (key_rejected: it was down)"))
        #expect(rig.answerText.contains("no_available_provider"))
    }

    @Test
    func `One that is being tried again is 503 in a second`() {
        let world = World("A")
        world.cool(1, for: .seconds(1), at: .start + .seconds(-1))
        _ = self.answer(world)

        let rig = self.answer(world)

        #expect(rig.steps == [.answer(503)])
        #expect(rig.answer?.retryAfterSeconds == 1)
        #expect(rig.answerText.contains("being tried again"))
    }

    @Test
    func `A channel whose address cannot be used says so`() {
        var configuration = World("A").configuration
        configuration.channels[0].baseURL = "ftp://x"

        let rig = self.answer(World(configuration))

        #expect(rig.steps == [.answer(404)])
        #expect(rig.answerText.contains("must begin with https"))
    }

    @Test
    func `A channel of another protocol says so`() {
        let rig = self.answer(World("A", type: .gemini), endpoint: .at("/v1/images/generations"))

        #expect(rig.steps == [.answer(404)])
        #expect(rig.answerText.contains("A/m: its channel speaks the gemini protocol"))
    }

    @Test
    func `Of many only the first ten are listed`() {
        var configuration = World("A").configuration
        for id in 2...25 as ClosedRange<Int64> {
            configuration.entries.append(APIEntry(id: World.entry(id), channelID: .init(rawValue: 1), model: "m"))
        }
        configuration.channels[0].isEnabled = false

        let rig = self.answer(World(configuration))

        #expect(rig.answerText.contains("and 15 more"))
    }
}
