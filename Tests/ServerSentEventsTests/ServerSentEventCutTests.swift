import GatewayTesting
import ServerSentEvents
import Testing

@Suite
struct `A stream means the same however it is cut` {
    private let fixture = Array(
        "\u{FEFF}: hi\r\n\r\nevent: e\r\ndata: one\r\ndata:two\r\n\r\nid: 7\rdata\r\rdata: x\n\ndata: é\r\n\n:c\r\n\r\ndata: last"
            .utf8
    )

    private var expected: [SeenBlock] { ReferenceStream(fixture).blocks }

    @Test
    func `The fixture is what it should be`() {
        let texts = expected.map(\.description)

        #expect(
            texts == [
                "comment : hi", "event e: one\ntwo", "event : ", "event : x", "event : é", "comment : c",
                "event : last",
            ]
        )
    }

    @Test
    func `Every single cut and every pair of cuts gives the same events`() throws {
        let expected = expected

        for first in 0...fixture.count {
            for second in first...fixture.count {
                let collected = try Collected(fixture.cut(at: [first, second]))
                if collected.blocks != expected {
                    Issue.record("cuts at \(first) and \(second): \(collected.blocks)")
                }
            }
        }
    }

    @Test
    func `Byte by byte gives the same events, with empty pushes between`() throws {
        let pieces = fixture.flatMap { [[$0], []] }

        let collected = try Collected(pieces)

        #expect(collected.blocks == expected)
        #expect(collected.parser.lastEventID == Array("7".utf8))
    }

    @Test
    func `The stream can be cut at every end told`() throws {
        let whole = try Collected([fixture])

        for (index, end) in whole.ends.enumerated() {
            let head = try Collected([Array(fixture[..<end])])
            let tail = try Collected([Array(fixture[end...])])

            #expect(head.blocks == Array(whole.blocks[...index]))
            #expect(tail.blocks == Array(whole.blocks[(index + 1)...]))
        }
    }

    @Test
    func `Ends are the same however the stream is cut, but for a CRLF that is cut itself`() throws {
        let whole = try Collected([fixture])

        for cut in 0...fixture.count {
            let collected = try Collected(fixture.cut(at: [cut]))
            let cutsPair = cut > 0 && cut < fixture.count && fixture[cut - 1] == 0x0D && fixture[cut] == 0x0A
            let expected = whole.ends.map { cutsPair && $0 == cut + 1 ? cut : $0 }

            #expect(collected.ends == expected, "cut at \(cut)")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `Random streams in random pieces are read as the plain reading reads them`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let tokens = [
            "data: ", "data:", "data", "event: e", "event", "id: 5", "retry: 10", ":", ": c", "x", "\n", "\n", "\n\n",
            "\r", "\r\n",
            "\r\n\r\n", " ", "é", "\u{FEFF}", "\u{0}", "some longer text than a word",
        ]
        var blocks = 0

        for _ in 0..<2_500 {
            let count = Int.random(in: 0...14, using: &generator)
            let stream = (0..<count).flatMap { _ in Array((tokens.randomElement(using: &generator) ?? "").utf8) }
            let cuts = (0..<Int.random(in: 0...5, using: &generator))
                .map { _ in Int.random(in: 0...stream.count, using: &generator) }.sorted()
            let reference = ReferenceStream(stream)
            let collected = try Collected(stream.cut(at: cuts))
            blocks += collected.blocks.count
            if collected.blocks != reference.blocks || collected.parser.lastEventID != reference.lastEventID
                || collected.parser.reconnectionTime != reference.retry.map({ .milliseconds($0) })
            {
                Issue.record("seed \(seed): \(stream) cut at \(cuts): \(collected.blocks)")
            }
        }

        #expect(blocks > 1_000, "too few events to mean anything")
    }
}
