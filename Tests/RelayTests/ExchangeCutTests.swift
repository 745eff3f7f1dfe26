import Configuration
import Dialects
import GenerationModel
import JSON
import Relay
import Routing
import Testing

@Suite
struct `An answer that breaks off is never sold as whole` {
    /// What the client must be told at the end, by endpoint.
    static let rows: [(Endpoint, String, String)] = [
        (.chatCompletions, Streams.role + Streams.hello, "data: {\"error\":{"),
        (.messages, Streams.messages.prefix(before: "event: content_block_stop"), "event: error\ndata: {\"type\":"),
        (.responses, Streams.responses.prefix(before: "event: response.completed"), "event: error\ndata: {\"type\":"),
        (.streamGenerateContent, "data: \(Streams.geminiFirst)\r\n\r\n", "data: {\"error\":{\"code\":502"),
    ]

    private func begun(_ endpoint: Endpoint, _ stream: String, _ world: World) -> Rig {
        var rig = world.request(stream: true, endpoint: endpoint)
        rig.begin()
        rig.head(200, .events)
        rig.bytes(stream)
        return rig
    }

    private func expectCut(_ rig: Rig, _ step: Step, _ world: World, _ content: String, _ event: String) {
        #expect(step == .breakOff)
        #expect(rig.text.hasPrefix(content + event), "\(rig.text)")
        #expect(rig.text.hasSuffix("\n\n"))
        #expect(!rig.text.contains("[DONE]"))
        #expect(rig.record.ending == .cut)
        #expect(rig.record.status == 200)
        #expect(rig.record.attempts.map(\.outcome) == ["cut"])
        #expect(world.cooling(at: rig.now) == [1: .cut])
        #expect(rig.faults.isEmpty)
    }

    @Test(arguments: Self.rows)
    func `When the connection breaks`(endpoint: Endpoint, content: String, event: String) {
        let world = World("A", "B", type: endpoint.channelType)
        var rig = self.begun(endpoint, content, world)

        let step = rig.fail(.broken("connection reset"))

        self.expectCut(rig, step, world, content, event)
    }

    @Test(arguments: Self.rows)
    func `When the provider ends politely but too early`(endpoint: Endpoint, content: String, event: String) {
        let world = World("A", "B", type: endpoint.channelType)
        var rig = self.begun(endpoint, content, world)

        let step = rig.end()

        self.expectCut(rig, step, world, content, event)
    }

    @Test(arguments: Self.rows)
    func `When nothing comes any more`(endpoint: Endpoint, content: String, event: String) {
        let world = World("A", "B", type: endpoint.channelType)
        var rig = self.begun(endpoint, content, world)
        let patience = rig.exchange.deadline - rig.now

        let step = rig.timeOut()

        #expect(patience == .seconds(60))
        self.expectCut(rig, step, world, content, event)
    }

    @Test
    func `Half an event is not passed on`() {
        let world = World("A")
        var rig = self.begun(.chatCompletions, Streams.hello + "data: {\"choi", world)

        let step = rig.fail(.broken("reset"))

        self.expectCut(rig, step, world, Streams.hello, "data: {\"error\":{")
    }

    @Test
    func `A cut inside a character damages none that was sent`() {
        let bytes = Array((Streams.hello + Streams.world).utf8)
        let middle = bytes.lastIndex(of: 0xC3).map { $0 + 1 } ?? 0
        let world = World("A")
        var rig = world.request(stream: true)
        rig.begin()
        rig.head(200, .events)
        rig.bytes(Array(bytes[..<middle]))

        rig.fail(.broken("reset"))

        #expect(String(validating: rig.sent, as: UTF8.self) != nil)
        #expect(rig.text.hasPrefix(Streams.hello + "data: {\"error\""))
    }

    @Test
    func `The provider's own error event is passed on and ends the answer`() {
        let world = World("A", "B")
        var rig = self.begun(.chatCompletions, Streams.hello, world)
        let error = "event: error\ndata: {\"error\":{\"message\":\"Failed\",\"code\":\"tool_use_failed\"}}\n\n"

        let step = rig.bytes(error + Streams.world)

        #expect(step == .breakOff)
        #expect(rig.text == Streams.hello + error)
        #expect(rig.record.ending == .cut)
        #expect(rig.record.error == "Failed")
        #expect(world.cooling(at: rig.now) == [1: .cut])
    }

    @Test
    func `One of two answers that is complete does not make the other whole`() {
        let world = World("A")
        let second = Streams.event(#"{"choices":[{"index":1,"delta":{"content":"B"}}]}"#)
        var rig = self.begun(.chatCompletions, Streams.hello + second + Streams.stop, world)

        let step = rig.fail(.broken("reset"))

        #expect(step == .breakOff)
        #expect(rig.record.ending == .cut)
    }

    @Test
    func `Usage that was told before is kept`() {
        let world = World("A", type: .anthropic)
        let begin = Streams.messages.prefix(before: "event: message_delta")
        var rig = self.begun(.messages, begin, world)

        rig.end()

        #expect(rig.record.usage == TokenUsage(input: 4, output: 1))
    }

    @Test
    func `A large whole answer that breaks after it began is broken off`() {
        let world = World("A", "B")
        var rig = world.request()
        rig.begin()
        rig.head()
        let megabyte = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
        let steps = (0..<17).map { _ in rig.bytes(megabyte) }

        let step = rig.fail(.broken("reset"))

        #expect(steps == [Step](repeating: .wait, count: 16) + [.flow])
        #expect(step == .breakOff)
        #expect(rig.sent.count == 17 << 20)
        #expect(rig.record.ending == .cut)
        #expect(world.cooling(at: rig.now) == [1: .cut])
    }
}

@Suite
struct `A stream that breaks before any content is somebody else's turn` {
    private func begun(_ stream: String, _ world: World) -> Rig {
        var rig = world.request(stream: true)
        rig.begin()
        rig.head(200, .events)
        if !stream.isEmpty { rig.bytes(stream) }
        return rig
    }

    @Test(
        arguments: [
            "", ": ping\n\n", "\n\n", Streams.role, Streams.role + Streams.comment, Streams.done,
            Streams.role + Streams.done, Streams.usage + Streams.done, "data: nonsense\n\n", "nonsense",
            "<html></html>", Streams.role + "data: {\"cho",
        ]
    )
    func `When it ends without an answer`(stream: String) {
        let world = World("A", "B")
        var rig = self.begun(stream, world)

        let step = rig.steps.contains(.attempt("B", 2)) ? rig.steps.last : rig.end()

        #expect(step == .attempt("B", 2))
        #expect(rig.sent.isEmpty)
        #expect(rig.record.attempts.map(\.outcome) == ["bad_answer"])
        #expect(world.cooling(at: rig.now) == [1: .badAnswer])
    }

    @Test(
        arguments: [
            ("{\"error\":{\"message\":\"Failed\",\"code\":\"tool_use_failed\"}}", "bad_answer"),
            ("{\"error\":{\"code\":429,\"message\":\"Slow\"}}", "rate_limited"),
            ("{\"error\":\"out of memory\"}", "bad_answer"),
            ("{\"error\":{\"code\":401,\"message\":\"No\"}}", "key_rejected"),
        ]
    )
    func `When an error event comes first`(data: String, outcome: String) {
        let world = World("A", "B")
        var rig = self.begun(Streams.role, world)

        let step = rig.bytes(Streams.event(data))
        rig.head(200, .events)
        rig.bytes(Streams.chat)

        #expect(step == .attempt("B", 2))
        #expect(rig.text == Streams.chat)
        #expect(rig.record.attempts.map(\.outcome) == [outcome, "ok"])
        #expect(world.cooling(at: rig.now).keys.sorted() == [1])
        #expect(rig.record.ending == .completed)
    }

    @Test
    func `When the connection breaks the same entry gets one more try`() {
        let world = World("A", "B")
        var rig = self.begun(Streams.role, world)

        let broken = rig.fail(.broken("reset"))
        let again = rig.resume()
        rig.head(200, .events)
        rig.bytes(Streams.role)
        let next = rig.fail(.broken("reset"))

        #expect([broken, again, next] == [.pause, .attempt("A", 2), .attempt("B", 3)])
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }

    @Test
    func `When nothing but pings comes in time`() {
        let world = World("A", "B")
        var rig = self.begun("", world)
        for _ in 0..<5 {
            rig.sleep(.seconds(10))
            rig.bytes(Streams.comment)
        }
        let left = rig.exchange.deadline - rig.now

        let step = rig.timeOut()

        #expect(left == .seconds(10))
        #expect(step == .attempt("B", 2))
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }

    @Test
    func `A plain JSON answer under the name of events is an answer`() {
        let world = World("A", "B")
        var rig = self.begun(#"{"choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":1}}"#, world)

        let step = rig.end()

        #expect(step == .end)
        #expect(rig.record.usage == TokenUsage(input: 1))
    }
}

extension String {
    /// The text before the first place where `mark` stands.
    fileprivate func prefix(before mark: String) -> String {
        var end = self.startIndex
        while end < self.endIndex, !self[end...].hasPrefix(mark) { end = self.index(after: end) }
        return String(self[..<end])
    }
}
