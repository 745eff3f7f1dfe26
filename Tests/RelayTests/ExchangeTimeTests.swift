import Configuration
import Dialects
import Relay
import Routing
import Testing

@Suite
struct `Time is limited in every phase` {
    private func begun(stream: Bool, _ world: World) -> Rig {
        var rig = world.request(stream: stream)
        rig.begin()
        return rig
    }

    @Test
    func `A stream's head may take as long as a stream may be silent`() {
        let world = World("A", "B")
        var rig = self.begun(stream: true, world)
        let patience = rig.exchange.deadline - rig.now

        let step = rig.timeOut()

        #expect(patience == .seconds(60))
        #expect(step == .attempt("B", 2))
        #expect(rig.record.attempts.map(\.outcome) == ["silent"])
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }

    @Test
    func `A whole answer's head may take as long as the request`() {
        let world = World("A", "B")
        var rig = self.begun(stream: false, world)
        let patience = rig.exchange.deadline - rig.now

        let step = rig.timeOut()

        #expect(patience == .seconds(600))
        #expect(step == .answer(504))
        #expect(rig.answerText.contains("600 s"))
        #expect(rig.record.status == 504)
        #expect(rig.record.ending == .failed)
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }

    @Test(arguments: [true, false])
    func `A channel's own limit comes first`(stream: Bool) {
        var configuration = World("A", "B").configuration
        configuration.channels[0].responseTimeout = .seconds(7)
        configuration.channels[0].connectTimeout = .seconds(2)
        let world = World(configuration)
        var rig = self.begun(stream: stream, world)
        let patience = rig.exchange.deadline - rig.now
        let connectTimeouts = [rig.lastAttempt?.connectTimeout]

        let step = rig.timeOut()

        #expect(patience == .seconds(7))
        #expect(step == .attempt("B", 2))
        #expect(connectTimeouts + [rig.lastAttempt?.connectTimeout] == [.seconds(2), .seconds(10)])
    }

    @Test(arguments: [(200, ProviderHead.ContentForm.json), (200, .events), (500, .json), (200, .unknown)])
    func `A body may be silent for the idle time`(status: Int, form: ProviderHead.ContentForm) {
        let world = World("A", "B") { $0.streamIdleTimeout = .seconds(20) }
        var rig = self.begun(stream: form == .events, world)
        rig.sleep(.seconds(5))
        rig.head(status, form)
        rig.sleep(.seconds(5))
        rig.bytes(form == .events ? Streams.role : "{")

        let patience = rig.exchange.deadline - rig.now
        let step = rig.timeOut()

        #expect(patience == .seconds(20))
        #expect(step == .attempt("B", 2))
        #expect(rig.record.attempts.map(\.status) == [status])
    }

    @Test
    func `A connection that cannot be opened in time is not tried again`() {
        let world = World("A", "B")
        var rig = self.begun(stream: true, world)

        let step = rig.fail(.connectTimeout)

        #expect(step == .attempt("B", 2))
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }

    @Test
    func `Comments are no life, events are`() {
        let world = World("A")
        var rig = self.begun(stream: true, world)
        rig.head(200, .events)
        rig.bytes(Streams.hello)
        let begun = rig.now

        rig.sleep(.seconds(30))
        rig.bytes(Streams.comment)
        let afterComment = rig.exchange.deadline
        rig.bytes(Streams.world)
        let afterEvent = rig.exchange.deadline
        rig.sleep(.seconds(59))
        rig.bytes(Streams.comment + "data: {\"half")
        let step = rig.timeOut()

        #expect(afterComment == begun + .seconds(60))
        #expect(afterEvent == begun + .seconds(90))
        #expect(step == .breakOff)
        #expect(rig.now == begun + .seconds(90))
        #expect(rig.text.hasPrefix(Streams.hello + Streams.comment + Streams.world + Streams.comment))
    }

    @Test
    func `An answer that keeps coming may outlast the deadline`() {
        let world = World("A") { $0.requestDeadline = .seconds(60) }
        var rig = self.begun(stream: true, world)
        rig.head(200, .events)

        for _ in 0..<5 {
            rig.bytes(Streams.hello)
            rig.sleep(.seconds(30))
        }
        let step = rig.bytes(Streams.stop + Streams.done)

        #expect(step == .end)
        #expect(rig.now - .start == .seconds(150))
    }

    @Test
    func `One that has not begun may not`() {
        let world = World("A", "B") { $0.requestDeadline = .seconds(60) }
        var rig = self.begun(stream: true, world)
        rig.head(200, .events)
        for _ in 0..<5 {
            rig.sleep(.seconds(11))
            rig.bytes(Streams.role)
        }

        let step = rig.timeOut()

        #expect(step == .answer(504))
        #expect(rig.now - .start == .seconds(60))
        #expect(world.cooling(at: rig.now) == [1: .transient])
    }

    @Test
    func `A pause ends with the deadline at the latest and nobody is punished for it`() {
        let world = World("A", "B") { $0.requestDeadline = .seconds(10) }
        var rig = self.begun(stream: false, world)
        rig.reply(500, #"{"error":{"message":"Out of order"}}"#)
        let deadline = rig.exchange.deadline

        let step = rig.timeOut()

        #expect(deadline == .start + .seconds(10))
        #expect(step == .answer(504))
        #expect(rig.answerText.contains("A/m: 500 Out of order"))
        #expect(world.changes.isEmpty)
    }

    @Test
    func `Bytes that are not judged may be silent for the idle time`() {
        let world = World("A")
        var rig = world.request(endpoint: .at("/v1/audio/speech"))
        rig.begin()
        rig.head(200, .other)
        rig.bytes("sound")

        let step = rig.timeOut()

        #expect(step == .breakOff)
        #expect(rig.text == "sound")
        #expect(rig.now - .start == .seconds(60))
        #expect(world.cooling(at: rig.now) == [1: .cut])
    }

    @Test
    func `Before the beginning and after the end there is no limit`() {
        var rig = World("A").request()
        let before = rig.exchange.deadline

        rig.begin()
        rig.reply()

        #expect(before == MonotonicInstant(nanoseconds: .max))
        #expect(rig.exchange.deadline == before)
    }
}
