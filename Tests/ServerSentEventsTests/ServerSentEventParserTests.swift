import ServerSentEvents
import Testing

@Suite
struct `An event stream is read after the standard` {
    @Test(
        arguments: [
            ("data: a\n\n", "", "a"), ("data:a\n\n", "", "a"), ("data:  a\n\n", "", " a"), ("data\n\n", "", ""),
            ("data:\n\n", "", ""), ("data: a\r\rx", "", "a"), ("data: a\r\n\r\n", "", "a"),
            ("event: e\ndata: a\n\n", "e", "a"),
            ("data: a\nevent:e\nevent: f\n\n", "f", "a"), ("data: a\ndata: b\n\n", "", "a\nb"),
            ("data\ndata\n\n", "", "\n"),
            ("data: a\n: c\nx: y\ndata: b\n\n", "", "a\nb"), ("\u{FEFF}data: a\n\n", "", "a"),
            ("data: a: b\n\n", "", "a: b"),
            ("\n\n\ndata: a\n\n", "", "a"), ("data: é\n\n", "", "é"), ("data: a\n\r\n", "", "a"),
            ("data:\t\u{0}\n\n", "", "\t\u{0}"),
            ("data: a", "", "a"), ("data: a\n", "", "a"), ("data: a\r", "", "a"), ("data: a\r\n", "", "a"),
        ]
    )
    func `One event is read whatever its spelling`(stream: String, name: String, data: String) throws {
        let expected = SeenBlock(isEvent: true, name: Array(name.utf8), data: Array(data.utf8))

        let collected = try Collected([Array(stream.utf8)])

        #expect(collected.blocks == [expected])
    }

    @Test(arguments: [
        "", "\n", "\r\n\r\n", "event: e\n\n", "id: 1\n\n", "Data: a\n\n", " data: a\n\n", "datax: a\n\n",
        "\u{FEFF}\u{FEFF}data: a\n\n",
    ])
    func `Blocks without data are not visited`(stream: String) throws {
        let bytes = Array(stream.utf8)

        let collected = try Collected([bytes])

        #expect(collected.blocks == [])
    }

    @Test
    func `Blocks of comments only are told apart`() throws {
        let stream = Array(": ping\n\n:\n:second\n\ndata: a\n: in passing\n\n: c\nid: 1\n\n:open".utf8)

        let collected = try Collected([stream])

        #expect(
            collected.blocks == [
                SeenBlock(isEvent: false, name: [], data: Array("ping".utf8)),
                SeenBlock(isEvent: false, name: [], data: []),
                SeenBlock(isEvent: true, name: [], data: Array("a".utf8)),
                SeenBlock(isEvent: false, name: [], data: Array("open".utf8)),
            ]
        )
    }

    @Test
    func `The id and the reconnection time are kept`() throws {
        let stream = Array("id: 1\ndata: a\n\nid: x\u{0}y\nretry: 1500\n\nretry: 12a\n\nretry:\n\n".utf8)

        let collected = try Collected([stream])

        #expect(collected.parser.lastEventID == Array("1".utf8))
        #expect(collected.parser.reconnectionTime == .milliseconds(1500))
    }

    @Test
    func `An empty id forgets the last one`() throws {
        let stream = Array("id: 1\ndata: a\n\nid\ndata: b\n\n".utf8)

        let collected = try Collected([stream])

        #expect(collected.parser.lastEventID == [])
    }

    @Test
    func `The end is just after the blank line`() throws {
        let stream = Array("data: a\n\n: ping\n\ndata: b\r\n\r\ndata: c\r\rdata: d".utf8)

        let collected = try Collected([stream])

        #expect(collected.ends == [9, 17, 28, 37])
        #expect(collected.blocks.count == 5)
    }

    @Test
    func `A parser that finished reads a new stream`() throws {
        var parser = ServerSentEventParser()
        var seen: [[UInt8]] = []
        try parser.push(Array("data: a\r".utf8)) { _, _, data, _ in seen.append(data.array) }

        parser.finish { _, _, data, _ in seen.append(data.array) }
        try parser.push(Array("\u{FEFF}data: b\n\n".utf8)) { _, _, data, _ in seen.append(data.array) }
        parser.finish { _, _, data, _ in seen.append(data.array) }

        #expect(seen == [Array("a".utf8), Array("b".utf8)])
    }
}
