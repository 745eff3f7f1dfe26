import ServerSentEvents
import Testing

@Suite
struct `The length of an event is limited` {
    /// Streams of two blocks, and the length of the longer one in bytes.
    @Test(
        arguments: [
            (Array("data: 12\r\ndata: 3\r\n\r\ndata: 1\n\n".utf8), 19),
            (Array("data: 1\n\ndata: 1234567890abc\n\n".utf8), 20),
            (Array("data: 1\r\rdata: 1\r\nx\r\ndata".utf8), 16),
            ([0xEF, 0xBB] + Array("data: 1\ndata: 2\n\ndata: 1\n\n".utf8), 18),
            ([0xEF, 0xBB, 0xBF] + Array("data: 1\ndata: 2\n\n:\n\n".utf8), 16),
        ] as [([UInt8], Int)]
    )
    func `The limit is the same however the stream is cut`(stream: [UInt8], longest: Int) throws {
        let whole = try Collected([stream], maximumEventBytes: longest)

        for first in 0...stream.count {
            for second in first...stream.count {
                let pieces = stream.cut(at: [first, second])
                let collected = try? Collected(pieces, maximumEventBytes: longest)

                #expect(collected?.blocks == whole.blocks, "cuts at \(first) and \(second)")
                #expect(throws: ServerSentEventError.eventTooLarge(limit: longest - 1)) {
                    try Collected(pieces, maximumEventBytes: longest - 1)
                }
            }
        }
    }

    @Test
    func `An event that never ends is refused as soon as it is too long`() throws {
        var parser = ServerSentEventParser(maximumEventBytes: 1_000)
        var pushed = 0

        #expect(throws: ServerSentEventError.eventTooLarge(limit: 1_000)) {
            for _ in 0..<10_000 {
                try parser.push([UInt8](repeating: 0x61, count: 7)) { _, _, _, _ in }
                pushed += 7
            }
        }

        #expect(pushed == 994)
    }

    @Test
    func `A large event in small pieces takes linear time`() throws {
        var parser = ServerSentEventParser()
        let line = Array("data: ".utf8) + [UInt8](repeating: 0x78, count: 57) + [0x0A]
        var length = 0
        let clock = ContinuousClock()

        let time = try clock.measure {
            for _ in 0..<16_384 { try parser.push(line) { _, _, _, _ in } }
            try parser.push([0x0A]) { _, _, data, _ in length = data.byteCount }
        }

        #expect(length == 16_384 * 58 - 1)
        #expect(time < .seconds(5), "one MiB in 64-byte pieces; quadratic work would need minutes in a debug build")
    }
}
