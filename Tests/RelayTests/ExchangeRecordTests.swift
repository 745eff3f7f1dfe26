import Configuration
import Dialects
import GenerationModel
import JSON
import Relay
import Routing
import Testing

@Suite
struct `Keys never leave the gateway` {
    static let key = "sk-A-0123456789"
    static let header = "team-secret-42"

    private func world() -> World {
        var configuration = World("A", "B").configuration
        configuration.channels[0].headers = [.init(name: "x-team", value: Secret(Self.header))]
        return World(configuration)
    }

    private func expectClean(_ rig: Rig, _ world: World) {
        let texts =
            [rig.text, rig.answerText, rig.record.error ?? "", "\(rig.record)"]
            + world.board.current.all.values.map(\.reason.detail)
        for text in texts {
            #expect(!text.contains(Self.key), "\(text)")
            #expect(!text.contains(Self.header), "\(text)")
        }
    }

    @Test(arguments: [400, 401, 402, 404, 410, 415, 422, 429, 500, 503])
    func `Not in an error of any status`(status: Int) {
        let world = self.world()
        var rig = world.request()
        rig.begin()
        let body = #"{"error":{"message":"Bad key \#(Self.key) and \#(Self.header)!","code":"x"}}"#

        while rig.answer == nil {
            if rig.reply(status, body) == .pause { rig.resume() }
        }

        #expect(rig.answerText.contains("Bad key [key] and [key]!"))
        self.expectClean(rig, world)
    }

    @Test
    func `Not in what the network says`() {
        let world = self.world()
        var rig = world.request()
        rig.begin()

        while rig.answer == nil {
            if rig.fail(.broken("GET ?key=\(Self.key)&h=\(Self.header) failed")) == .pause { rig.resume() }
        }

        self.expectClean(rig, world)
    }

    @Test
    func `Not in a page that came instead of an answer`() {
        let world = self.world()
        var rig = world.request()
        rig.begin()

        rig.reply(200, "<html>\(Self.key) \(Self.header)</html>", form: .html)
        rig.reply(200, "<html></html>", form: .html)

        self.expectClean(rig, world)
    }

    @Test(arguments: [0...3, 100...120, 384...400])
    func `Not half of it where the words are cut`(lengths: ClosedRange<Int>) {
        for length in lengths {
            var configuration = self.world().configuration
            configuration.channels[1].apiKey = Secret(Self.key)
            var rig = World(configuration).request()
            rig.begin()

            rig.reply(200, String(repeating: "x", count: length) + Self.key, form: .html)
            rig.reply(402, String(repeating: "x", count: length) + Self.key, form: .html)

            #expect(!rig.answerText.contains("sk-A-0123"), "\(length)")
            #expect(!"\(rig.record)".contains("sk-A-0123"), "\(length)")
        }
    }

    @Test
    func `Not in an error event of a stream that had begun`() {
        let world = self.world()
        var rig = world.request(stream: true)
        rig.begin()
        rig.head(200, .events)
        rig.bytes(Streams.hello)

        let step = rig.bytes(Streams.event(#"{"error":{"message":"No","debug":"\#(Self.key) \#(Self.header)"}}"#))

        #expect(step == .breakOff)
        #expect(rig.text.contains("\"error\""))
        self.expectClean(rig, world)
    }
}

@Suite
struct `The record tells the whole story` {
    @Test
    func `Each attempt with its channel, time, status and words`() {
        let world = World("A", "B", models: ["real-model"])
        var rig = world.request("auto", stream: true)
        rig.begin()
        rig.sleep(.milliseconds(10))
        rig.reply(503, #"{"error":{"message":"Out of order"}}"#)
        rig.resume()
        let resumed = (rig.now - .start).wholeNanoseconds / 1000
        rig.sleep(.milliseconds(20))
        rig.fail(.notConnected("connection refused"))
        rig.sleep(.milliseconds(30))
        rig.head(200, .events)
        rig.bytes(Streams.chat)

        let record = rig.record

        #expect(record.attempts.map(\.channelName) == ["A", "A", "B"])
        #expect(record.attempts.map(\.entryID.rawValue) == [1, 1, 2])
        #expect(record.attempts.map(\.model) == ["real-model", "real-model", "real-model"])
        #expect(record.attempts.map(\.outcome) == ["transient", "transient", "ok"])
        #expect(record.attempts.map(\.status) == [503, nil, 200])
        #expect(record.attempts.map(\.detail) == ["503 Out of order", "connection refused", nil])
        #expect(record.attempts.map(\.startMicroseconds) == [0, resumed, resumed + 20_000])
        #expect(record.attempts.map(\.durationMicroseconds) == [10_000, 20_000, 30_000])
        #expect(record.requestedModel == "auto")
        #expect(record.servingModel == "real-model")
        #expect(record.displayedModel == "(auto)real-model")
        #expect(record.channelName == "B")
        #expect(record.channelID == Channel.ID(rawValue: 2))
        #expect(record.entryID == World.entry(2))
        #expect(record.inboundDialect == .openAIChat)
        #expect(record.outboundDialect == .openAIChat)
        #expect(record.isStream)
        #expect(record.error == nil)
        #expect(record.usage == TokenUsage(input: 9, output: 3))
    }

    @Test(
        arguments: [
            ("auto", "gpt", "(auto)gpt"), ("auto", nil, "(auto)"), ("alias", "gpt", "gpt"), ("gone", nil, "gone"),
        ] as [(String, String?, String)]
    )
    func `The model is shown as people know it`(requested: String, serving: String?, shown: String) {
        var record = RequestRecord(id: "r", startedAt: 0, endpoint: "", inboundDialect: .openAIChat)
        record.requestedModel = requested
        record.servingModel = serving

        #expect(record.displayedModel == shown)
    }

    @Test
    func `Usage of failed attempts is not counted`() {
        var rig = World("A", "B", type: .anthropic).request(stream: true, endpoint: .messages)
        let start = #"{"type":"message_start","message":{"usage":{"input_tokens":999,"output_tokens":1}}}"#
        rig.begin()
        rig.head(200, .events)
        rig.bytes(Streams.named("message_start", start))
        rig.end()

        rig.head(200, .events)
        rig.bytes(Streams.messages)

        #expect(rig.text == Streams.messages)
        #expect(rig.record.usage == TokenUsage(input: 4, output: 7))
    }

    @Test
    func `A failed request has no serving model and says what went wrong`() {
        var rig = World("A").request()
        rig.begin()

        rig.reply(402, #"{"error":{"message":"Insufficient Balance"}}"#)

        #expect(rig.record.servingModel == nil)
        #expect(rig.record.channelName == "A")
        #expect(rig.record.error?.contains("402 Insufficient Balance") == true)
        #expect(rig.record.firstTokenMicroseconds == nil)
        #expect(rig.record.status == 402)
    }
}

@Suite
struct `A Gemini stream may be wanted as an array` {
    private func begun(_ world: World = World("A", "B", type: .gemini)) -> Rig {
        var rig = world.request(stream: true, endpoint: .streamGenerateContent, form: .jsonArray)
        rig.begin()
        rig.head(200, .events)
        return rig
    }

    private static let whole = "[\(Streams.geminiFirst)\r\n,\(Streams.geminiLast)]"

    @Test
    func `Cut anywhere every event becomes one element`() {
        let bytes = Array(Streams.gemini.utf8)

        for cut in 0...bytes.count {
            var rig = self.begun()
            rig.bytes(Array(bytes[..<cut]))
            rig.bytes(Array(bytes[cut...]))
            let step = rig.end()

            #expect(step == .end, "cut at \(cut)")
            #expect(rig.text == Self.whole, "cut at \(cut)")
            #expect(rig.faults.isEmpty, "cut at \(cut)")
        }
    }

    @Test
    func `Elements go out as they come`() {
        var rig = self.begun()

        let step = rig.bytes("data: \(Streams.geminiFirst)\r\n\r\n")

        #expect(step == .flow)
        #expect(rig.text == "[\(Streams.geminiFirst)")
    }

    @Test
    func `An answer that breaks off ends with an error element and is still an array`() throws {
        var rig = self.begun()
        rig.bytes("data: \(Streams.geminiFirst)\r\n\r\n")

        let step = rig.fail(.broken("reset"))

        let array = try JSONValue(parsing: rig.sent).arrayValue
        #expect(step == .breakOff)
        #expect(array?.count == 2)
        #expect(array?.last?["error"]?["status"] == "UNAVAILABLE")
    }

    @Test
    func `The provider's error after content becomes an element too`() throws {
        var rig = self.begun()
        rig.bytes("data: \(Streams.geminiFirst)\r\n\r\n")

        let step = rig.bytes(Streams.event(#"{"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}"#))

        let array = try JSONValue(parsing: rig.sent).arrayValue
        #expect(step == .breakOff)
        #expect(array?.last?["error"]?["message"]?.stringValue?.contains("Overloaded") == true)
    }

    @Test
    func `A malformed event does not spoil the array`() throws {
        var rig = self.begun()
        rig.bytes("data: \(Streams.geminiFirst)\r\n\r\ndata: {\"candi\r\n\r\n")

        rig.bytes("data: \(Streams.geminiLast)\r\n\r\n")
        let step = rig.end()

        #expect(step == .end)
        #expect(rig.text == Self.whole)
    }

    @Test
    func `Nothing of a failed attempt is in it`() {
        var rig = self.begun()
        rig.bytes("data: {\"candidates\":[{\"content\":{\"role\":\"model\"}}]}\r\n\r\n")
        rig.end()

        rig.head(200, .events)
        rig.bytes(Streams.gemini)
        rig.end()

        #expect(rig.text == Self.whole)
    }
}
