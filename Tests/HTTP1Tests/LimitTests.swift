import HTTP1
import Testing

@Suite struct `The limits of a head` {
    private let limits = HeadLimits(maximumHeadBytes: 64, maximumFieldCount: 3, maximumTargetBytes: 10)

    @Test func `allow a head of exactly the largest size and no more`() {
        let rest = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"
        let full = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 64 - rest.utf8.count))\r\n\r\n"
        let over = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 65 - rest.utf8.count))\r\n\r\n"

        #expect(requestVerdict(full, limits: limits) == .complete(length: 64))
        #expect(requestVerdict(full + "more than the head", limits: limits) == .complete(length: 64))
        #expect(requestVerdict(over, limits: limits) == .rejected(.headTooLarge))
        #expect(requestVerdict(String(over.prefix(60)), limits: limits) == .incomplete)
    }

    @Test func `end the wait for a line that never ends`() {
        let field = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 1000))"
        let target = "GET /\(String(repeating: "x", count: 1000))"
        let method = String(repeating: "X", count: 1000)
        let reason = "HTTP/1.1 200 \(String(repeating: "x", count: 1000))"

        #expect(requestVerdict(field, limits: limits) == .rejected(.headTooLarge))
        #expect(requestVerdict(target, limits: limits) == .rejected(.targetTooLong))
        #expect(requestVerdict(method, limits: limits) == .rejected(.targetTooLong))
        #expect(responseVerdict(reason, limits: limits) == .rejected(.headTooLarge))
    }

    @Test func `bound the target`() {
        let longest = "GET /\(String(repeating: "x", count: 9)) HTTP/1.1\r\nHost: a\r\n\r\n"
        let longer = "GET /\(String(repeating: "x", count: 10)) HTTP/1.1\r\nHost: a\r\n\r\n"

        #expect(requestVerdict(longest, limits: limits) == .complete(length: longest.utf8.count))
        #expect(requestVerdict(longer, limits: limits) == .rejected(.targetTooLong))
    }

    @Test func `bound the number of fields`() {
        #expect(requestVerdict(request("A: b", "C: d"), limits: limits) != .rejected(.tooManyFields))
        #expect(requestVerdict(request("A: b", "C: d", "E: f"), limits: limits) == .rejected(.tooManyFields))
        #expect(responseVerdict(response("A:", "B:", "C:", "D:"), limits: limits) == .rejected(.tooManyFields))
    }

    @Test func `are brought into the possible`() {
        let limits = HeadLimits(maximumHeadBytes: .max, maximumFieldCount: -1, maximumTargetBytes: .min)

        #expect(limits.maximumHeadBytes == 1 << 30)
        #expect(limits.maximumFieldCount == 0)
        #expect(limits.maximumTargetBytes == 1)
        #expect(requestVerdict("GET / HTTP/1.0\r\n\r\n", limits: limits) == .complete(length: 18))
        #expect(requestVerdict("\r\n", limits: HeadLimits(maximumHeadBytes: 1)) == .rejected(.headTooLarge))
        #expect(requestVerdict("\r\n", limits: HeadLimits(maximumHeadBytes: 2)) == .rejected(.headTooLarge))
    }

    @Test func `have the statuses that name them`() {
        #expect(HTTPSyntaxError.headTooLarge.status == 431)
        #expect(HTTPSyntaxError.tooManyFields.status == 431)
        #expect(HTTPSyntaxError.targetTooLong.status == 414)
        #expect(HTTPSyntaxError.unknownTransferCoding.status == 501)
        #expect(HTTPSyntaxError.unsupportedVersion.status == 505)
        #expect(HTTPSyntaxError.missingHost.status == 400)
    }

    @Test func `and every other error have a description of their own`() {
        let descriptions = Set(HTTPSyntaxError.allCases.map(\.description))

        #expect(descriptions.count == HTTPSyntaxError.allCases.count)
        #expect(!descriptions.contains("The message is malformed."))
    }
}

@Suite struct `A parser` {
    @Test func `throws the same error until it is reset`() {
        var parser = RequestHeadParser()

        let first = verdict(&parser, Array("GET /\n".utf8))
        let second = verdict(&parser, Array(request().utf8))
        parser.reset()
        let third = verdict(&parser, Array(request().utf8))

        #expect(first == .rejected(.bareLineFeed))
        #expect(second == .rejected(.bareLineFeed))
        #expect(third == .complete(length: request().utf8.count))
    }

    @Test func `carries nothing over to the next head`() {
        var parser = RequestHeadParser()
        let first = Array(
            "\r\nCONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nExpect: 100-continue\r\n\r\n".utf8
        )
        let second = Array("GET / HTTP/1.0\r\n\r\n".utf8)

        let verdicts = [verdict(&parser, first), verdict(&parser, second)]

        #expect(verdicts == [.complete(length: first.count), .complete(length: second.count)])
        #expect(parser.fields.isEmpty)
        #expect(parser.authority == nil)
        #expect(parser.framing == .none)
        #expect(!parser.expectsContinue)
        #expect(parser.first(.host) == nil)
        #expect(parser.headLength == second.count)
    }

    @Test func `gets over bytes that go missing`() {
        var parser = RequestHeadParser()
        let bytes = Array(request("A: b").utf8)

        let verdicts = [bytes.count - 1, 0, 3, bytes.count].map { verdict(&parser, Array(bytes.prefix($0))) }

        #expect(verdicts == [.incomplete, .incomplete, .incomplete, .complete(length: bytes.count)])
    }

    @Test func `leaves alone what follows the head`() {
        let head = request("Content-Length: 3")

        #expect(requestVerdict(head + "\0\n\r") == .complete(length: head.utf8.count))
        #expect(responseVerdict(response() + "\0\n\r") == .complete(length: response().utf8.count))
    }
}
