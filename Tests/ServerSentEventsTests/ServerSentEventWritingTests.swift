import GatewayTesting
import ServerSentEvents
import Testing

@Suite
struct `An event is written so that readers get it back` {
    @Test
    func `All fields are written in order`() {
        let event = ServerSentEvent(
            name: "e",
            data: "a\nb\r\nc\rd",
            id: "7",
            retry: .milliseconds(1500),
            comment: "hi\nyou"
        )

        let bytes = event.bytes

        let expected = ": hi\n: you\nevent: e\ndata: a\ndata: b\ndata: c\ndata: d\nid: 7\nretry: 1500\n\n"
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(
        arguments: [
            (ServerSentEvent(data: ""), "data: \n\n"), (ServerSentEvent(data: "a\n"), "data: a\ndata: \n\n"),
            (ServerSentEvent(comment: ""), ": \n\n"), (ServerSentEvent(), "\n"),
            (ServerSentEvent(name: "a\nb\r", data: "x", id: "1\u{0}\n2"), "event: ab\ndata: x\nid: 12\n\n"),
            (ServerSentEvent(retry: .seconds(-1)), "\n"), (ServerSentEvent(retry: .seconds(Int64.max)), "\n"),
        ]
    )
    func `Odd fields are written safely`(event: ServerSentEvent, expected: String) {
        let bytes = event.bytes

        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test
    func `Bytes are written as strings are`() {
        let data = Array("{\"a\":1}\nsecond".utf8)
        var buffer: [UInt8] = [0x21]

        ServerSentEvent.append(name: "message_start", data: data.span.bytes, to: &buffer)
        ServerSentEvent.append(data: data.span.bytes, to: &buffer)

        let text = ServerSentEvent(name: "message_start", data: "{\"a\":1}\nsecond").bytes
        #expect(buffer == [0x21] + text + ServerSentEvent(data: "{\"a\":1}\nsecond").bytes)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `Random events survive writing and reading`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet: [Character] = ["a", " ", ":", "\n", "é", "😀", "\u{0}", "\t"]

        for _ in 0..<500 {
            var text: String {
                String(
                    (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                        alphabet.randomElement(using: &generator) ?? "a"
                    }
                )
            }
            let (name, data) = (text.filter { $0 != "\n" && $0 != "\u{0}" }, text)

            let collected = try Collected([ServerSentEvent(name: name, data: data, comment: text).bytes])

            let expected = SeenBlock(isEvent: true, name: Array(name.utf8), data: Array(data.utf8))
            #expect(collected.blocks == [expected], "seed \(seed)")
        }
    }
}
