import Configuration
import Dialects
import GenerationModel
import JSON
import Relay
import Routing
import ServerSentEvents
import Testing

@Suite
struct `A stream is passed on from its first content` {
    private func open(_ world: World = World("A", "B")) -> Rig {
        var rig = world.request(stream: true)
        rig.begin()
        rig.head(200, .events)
        return rig
    }

    @Test
    func `Roles and pings are held and go out with the first content, byte for byte`() {
        var rig = self.open()

        let held = [rig.bytes(Streams.comment), rig.bytes(Streams.role)]
        let sentBefore = rig.sent
        let first = rig.bytes(Streams.hello)

        #expect(held == [.wait, .wait])
        #expect(sentBefore.isEmpty)
        #expect(first == .flow)
        #expect(rig.text == Streams.comment + Streams.role + Streams.hello)
    }

    @Test
    func `A whole stream ends with its end mark and is recorded`() {
        let world = World("A")
        var rig = self.open(world)

        rig.sleep(.milliseconds(250))
        let first = rig.bytes(Streams.role + Streams.hello)
        rig.sleep(.milliseconds(750))
        let last = rig.bytes(Streams.world + Streams.stop + Streams.usage + Streams.done)

        #expect([first, last] == [.flow, .end])
        #expect(rig.text == Streams.chat)
        #expect(rig.record.ending == .completed)
        #expect(rig.record.status == 200)
        #expect(rig.record.usage == TokenUsage(input: 9, output: 3))
        #expect(rig.record.firstTokenMicroseconds == 250_000)
        #expect(rig.record.totalMicroseconds == 1_000_000)
        #expect(rig.faults.isEmpty)
    }

    @Test
    func `An event that is not complete yet is kept back`() {
        var rig = self.open()
        rig.bytes(Streams.hello)

        rig.bytes(String(Streams.world.dropLast(5)))

        #expect(rig.text == Streams.hello)
    }

    @Test(
        arguments: [
            (Endpoint.chatCompletions, Streams.chat), (.chatCompletions, Streams.comment + Streams.chat),
            (.messages, Streams.messages), (.responses, Streams.responses), (.streamGenerateContent, Streams.gemini),
        ]
    )
    func `Cut anywhere the client gets the same bytes`(endpoint: Endpoint, stream: String) {
        let bytes = Array(stream.utf8)

        for cut in 0...bytes.count {
            var rig = World("A", type: endpoint.channelType).request(stream: true, endpoint: endpoint)
            rig.begin()
            rig.head(200, .events)
            rig.bytes(Array(bytes[..<cut]))
            rig.bytes(Array(bytes[cut...]))
            rig.end()

            #expect(rig.sent == bytes, "cut at \(cut)")
            #expect(rig.record.ending == .completed, "cut at \(cut)")
            #expect(rig.faults.isEmpty, "cut at \(cut)")
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 64])
    func `In small pieces too`(step: Int) {
        var rig = self.open()
        var rest = Array(Streams.chat.utf8)[...]

        while !rest.isEmpty {
            rig.bytes(Array(rest.prefix(step)))
            rest = rest.dropFirst(step)
        }

        #expect(rig.text == Streams.chat)
        #expect(rig.record.ending == .completed)
        #expect(rig.faults.isEmpty)
    }

    @Test
    func `What follows the end mark is not passed on`() {
        var rig = self.open()

        let step = rig.bytes(Streams.chat + Streams.hello)
        let after = [rig.bytes(Streams.hello), rig.end(), rig.fail(.broken("reset")), rig.timeOut()]

        #expect(step == .end)
        #expect(after == [.wait, .wait, .wait, .wait])
        #expect(rig.text == Streams.chat)
    }

    @Test(arguments: [1, 9, 10_000])
    func `A malformed event is left out and noted when the answer is whole otherwise`(step: Int) {
        var rig = self.open()
        let bad = Streams.event("{\"choices\":[{\"delta\"")
        let stream = bad + Streams.role + bad + Streams.hello + Streams.world + bad + bad + Streams.stop + bad
        var rest = Array((stream + Streams.done).utf8)[...]

        while !rest.isEmpty {
            rig.bytes(Array(rest.prefix(step)))
            rest = rest.dropFirst(step)
        }

        #expect(rig.text == Streams.role + Streams.hello + Streams.world + Streams.stop + Streams.done)
        #expect(rig.record.ending == .completed)
        #expect(rig.record.error == "malformed events of the provider were left out: 5")
    }

    @Test
    func `Holding is bounded in events`() {
        var rig = self.open()
        let roles = (0..<65).map { _ in rig.bytes(Streams.role) }

        #expect(roles == [Step](repeating: .wait, count: 64) + [.flow])
        #expect(rig.sent.count == Streams.role.utf8.count * 65)
    }

    @Test
    func `Holding is bounded in bytes`() {
        var rig = self.open()
        let ping = ": \(String(repeating: "x", count: 64 << 10))\n\n"

        let steps = (0..<4).map { _ in rig.bytes(ping) }

        #expect(steps == [.wait, .wait, .wait, .flow])
        #expect(rig.sent.count == ping.utf8.count * 4)
    }
}

@Suite
struct `A complete answer is finished whatever its last bytes are` {
    static let content = Streams.role + Streams.hello + Streams.stop

    private func open(_ stream: String) -> Rig {
        var rig = World("A").request(stream: true)
        rig.begin()
        rig.head(200, .events)
        rig.bytes(stream)
        return rig
    }

    @Test
    func `A missing DONE is added when the provider closes`() {
        var rig = self.open(Self.content)

        let step = rig.end()

        #expect(step == .end)
        #expect(rig.text == Self.content + Streams.done)
        #expect(rig.record.ending == .completed)
    }

    @Test
    func `A missing DONE is added when the connection breaks after the finish`() {
        var rig = self.open(Self.content)

        let step = rig.fail(.broken("reset"))

        #expect(step == .end)
        #expect(rig.text == Self.content + Streams.done)
        #expect(rig.record.attempts.map(\.outcome) == ["ok"])
    }

    @Test
    func `A missing DONE is waited for three seconds and no longer`() {
        var rig = self.open(Self.content)
        let patience = rig.exchange.deadline - rig.now

        let step = rig.timeOut()

        #expect(patience == .seconds(3))
        #expect(step == .end)
        #expect(rig.text == Self.content + Streams.done)
        #expect(rig.record.ending == .completed)
    }

    @Test
    func `Usage after the finish is still heard`() {
        var rig = self.open(Self.content)
        rig.sleep(.seconds(2))

        rig.bytes(Streams.usage)
        rig.timeOut()

        #expect(rig.record.usage == TokenUsage(input: 9, output: 3))
        #expect(rig.text == Self.content + Streams.usage + Streams.done)
    }

    @Test(arguments: ["", "\n", "\r", "\n: bye", "\n\n: bye", "\n\n: bye\n", "\nid: 7", "\n\nid: 7", "\n\nevent: x"])
    func `A last event without its blank line keeps its own line`(tail: String) throws {
        var rig = self.open(Streams.role + Streams.hello)
        rig.bytes(String(Streams.stop.dropLast(2)) + tail)

        let step = rig.end()

        var data: [String] = []
        var parser = ServerSentEventParser()
        try parser.push(rig.sent) { kind, _, bytes, _ in
            guard kind == .event else { return }
            data.append(bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
        }
        #expect(step == .end)
        #expect(data.count == 4)
        #expect(data.last == "[DONE]")
    }

    @Test
    func `An error after the finish does not spoil the answer`() {
        let error = Streams.event(#"{"error":{"code":400,"message":"Token limit reached"},"choices":[]}"#)
        let world = World("A")
        var rig = world.request(stream: true)
        rig.begin()
        rig.head(200, .events)
        rig.bytes(Self.content)

        let step = rig.bytes(error + Streams.done)

        #expect(step == .end)
        #expect(rig.text == Self.content + Streams.done)
        #expect(rig.record.ending == .completed)
        #expect(world.cooling(at: rig.now).isEmpty)
    }

    @Test
    func `Nothing is missing where the dialect has no end mark`() {
        var rig = World("A", type: .gemini).request(stream: true, endpoint: .streamGenerateContent)
        rig.begin()
        rig.head(200, .events)
        rig.bytes(Streams.gemini)

        let step = rig.end()

        #expect(step == .end)
        #expect(rig.text == Streams.gemini)
    }
}

extension Endpoint {
    /// A type of channel that takes the endpoint's calls as they are.
    var channelType: APIType {
        switch self.dialect {
        case .openAIChat, .openAIResponses: .openai
        case .anthropicMessages: .anthropic
        case .gemini: .gemini
        }
    }
}
