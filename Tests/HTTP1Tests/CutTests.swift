import GatewayTesting
import HTTP1
import Testing

@Suite struct `A connection that is cut anywhere` {
    private static let connections = [
        "\r\nPOST http://a:80/v1 HTTP/1.1\r\nHost: A:80\r\nX-Long-Enough: for a word or two \t\r\nContent-Length: 5\r\n\r\nhello"
            + "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n3;a=\"b\"\r\nabc\r\n11\r\n01234567890123456\r\n0\r\nA: b\r\n\r\n"
            + "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\rA: b\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "G\0T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n",
        "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b\u{0}c\r\n\r\n",
        "GET /  HTTP/1.1\r\n\r\n",
    ]

    @Test(arguments: connections)
    func `is read as if it came in whole`(_ connection: String) {
        let bytes = Array(connection.utf8)
        let whole = MessageReader.read(bytes, cutAt: [], by: .requests())

        for cut in 1..<bytes.count {
            #expect(MessageReader.read(bytes, cutAt: [cut], by: .requests()) == whole, "cut at \(cut)")
        }
        #expect(MessageReader.read(bytes, cutAt: Array(1..<bytes.count), by: .requests()) == whole)
    }

    @Test func `gives the requests it was made of`() {
        let bytes = Array(Self.connections[0].utf8)

        let transcript = MessageReader.read(bytes, cutAt: Array(1..<bytes.count), by: .requests())

        #expect(transcript.messages.map { text($0.body) } == ["hello", "abc01234567890123456", ""])
        #expect(transcript.messages.map(\.startLine[0]) == ["POST", "PUT", "GET"])
        #expect(transcript.consumed == bytes.count)
        #expect(transcript.isFinished)
    }

    @Test(arguments: [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nHTTP/1.0 200\r\n\r\nto the end",
        "HTTP/1.1 204\r\n\r\nHTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200\nA: b\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/2.0 200\r\n\r\n",
        "HTTP/1.1 200 O\rK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 \u{1}\r\n\r\n",
    ])
    func `is read the same as a response`(_ connection: String) {
        let bytes = Array(connection.utf8)
        let whole = MessageReader.read(bytes, cutAt: [], by: .responses())

        for cut in 1..<bytes.count {
            #expect(MessageReader.read(bytes, cutAt: [cut], by: .responses()) == whole, "cut at \(cut)")
        }
        #expect(MessageReader.read(bytes, cutAt: Array(1..<bytes.count), by: .responses()) == whole)
    }

    @Test func `has the same verdict on each of its beginnings`() {
        let limits = HeadLimits(maximumHeadBytes: 120, maximumFieldCount: 6, maximumTargetBytes: 30)
        var random = RandomMessages(seed: 7)

        for _ in 0..<150 {
            let bytes = random.generator.oneIn(4) ? random.requests() : random.damaged(random.requests())
            var dribbled = RequestHeadParser(limits: limits)
            for count in 0...min(bytes.count, 160) {
                var fresh = RequestHeadParser(limits: limits)
                let whole = verdict(&fresh, Array(bytes.prefix(count)))
                let grown = verdict(&dribbled, Array(bytes.prefix(count)))
                #expect(grown == whole, "\(count) of \(text(bytes).debugDescription)")
                if whole != .incomplete { break }
            }
        }
    }

    @Test func `is read in linear time if it dribbles`() {
        // Quadratic work on this head would be two thousand million steps.
        let head = Array(request("X: \(String(repeating: "x", count: 60000))").utf8)
        var parser = RequestHeadParser()
        var isComplete = false

        let elapsed = ContinuousClock().measure {
            head.withUnsafeBytes { buffer in
                for count in 1...head.count {
                    isComplete = (try? parser.parse(buffer.bytes.extracting(first: count))) ?? false
                }
            }
        }

        #expect(isComplete)
        #expect(elapsed < .seconds(2))
    }
}

@Suite struct `Random bytes` {
    @Test(arguments: [1, 2, 3, 4])
    func `never trap, and mean the same however they are cut`(_ seed: UInt64) {
        var random = RandomMessages(seed: seed)
        for round in 0..<400 {
            let isRequest = round % 2 == 0
            let limits = HeadLimits(maximumHeadBytes: Int.random(in: 1...300, using: &random.generator))
            let reader: MessageReader = isRequest ? .requests(limits: limits) : .responses(limits: limits)
            var bytes = isRequest ? random.requests() : random.responses()
            for _ in 0..<Int.random(in: 0...6, using: &random.generator) { bytes = random.damaged(bytes) }
            let cuts = (0..<6).map { _ in Int.random(in: 0...bytes.count, using: &random.generator) }.sorted()

            let whole = MessageReader.read(bytes, cutAt: [], by: reader)

            #expect(MessageReader.read(bytes, cutAt: cuts, by: reader) == whole, "\(text(bytes).debugDescription)")
            #expect(MessageReader.read(bytes, cutAt: Array(0..<bytes.count), by: reader) == whole)
            #expect(whole.consumed <= bytes.count)
        }
    }

    @Test func `without any sense are refused or waited for`() {
        var generator = SeededGenerator(seed: 99)
        for _ in 0..<5000 {
            let count = Int.random(in: 0...60, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }

            let request = MessageReader.read(bytes, cutAt: [], by: .requests())
            let response = MessageReader.read(bytes, cutAt: [], by: .responses())
            let body = decode(.chunked, bytes)

            #expect(request.messages.isEmpty && response.messages.isEmpty)
            #expect(body.consumed <= count)
        }
    }
}
