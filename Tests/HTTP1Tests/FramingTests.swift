import HTTP1
import Testing

@Suite struct `The framing of a request` {
    @Test func `is nothing without a length and without chunks`() throws {
        #expect(try parsedRequest(request()).0.framing == .none)
        #expect(try parsedRequest(request(version: "HTTP/1.0")).0.framing == .none)
    }

    @Test(arguments: [
        ("0", 0), ("5", 5), ("0005", 5), ("9223372036854775807", Int.max), ("   42  ", 42),
    ])
    func `is a plain decimal length`(_ value: String, _ length: Int) throws {
        #expect(try parsedRequest(request("Content-Length:\(value)")).0.framing == .length(length))
        #expect(try parsedRequest(request("CONTENT-LENGTH:\(value)", version: "HTTP/1.0")).0.framing == .length(length))
    }

    @Test(arguments: [
        "", "-1", "+5", "5 5", "0x5", "5a", "a", "5.0", "1e3", "5;", "\"5\"", "9223372036854775808",
        "99999999999999999999", "18446744073709551621", "00000000000000000005", "\u{FF15}",
    ])
    func `is refused if the length is anything else`(_ value: String) {
        #expect(requestVerdict(request("Content-Length: \(value)")) == .rejected(.invalidContentLength))
        #expect(responseVerdict(response("Content-Length: \(value)")) == .rejected(.invalidContentLength))
    }

    @Test(arguments: [
        ["Content-Length: 5", "Content-Length: 5"], ["Content-Length: 5", "content-length: 6"],
        ["Content-Length: 5, 5"], ["Content-Length: 5,6"], ["Content-Length: 0", "X: y", "Content-Length: 0"],
        ["Content-Length: ,5"], ["Content-Length: 5,"],
    ])
    func `is refused if the length is given twice`(_ lines: [String]) {
        let joined = lines.joined(separator: "\r\n")

        #expect(requestVerdict(request(joined)) == .rejected(.duplicateContentLength))
        #expect(responseVerdict(response(joined)) == .rejected(.duplicateContentLength))
    }

    @Test(arguments: ["chunked", "Chunked", "CHUNKED", " chunked  ", "  chunKed"])
    func `is chunked`(_ value: String) throws {
        #expect(try parsedRequest(request("Transfer-Encoding:\(value)")).0.framing == .chunked)
        #expect(try parsedRequest(request("tRANSFER-eNCODING:\(value)")).0.framing == .chunked)
    }

    @Test(arguments: [
        "", "chunked, chunked", "chunked,gzip", "chunked, identity", ",chunked", "chunked,", "chunked,,", ",",
        "chunked;q=1", "\"chunked\"", "chunked chunked", "chun ked", "chunked\u{A0}", "gzip;x=y, chunked",
        "{chunked}", "chunked=1", "gzip,,chunked",
    ])
    func `is refused if the coding is malformed`(_ value: String) {
        #expect(requestVerdict(request("Transfer-Encoding: \(value)")) == .rejected(.invalidTransferEncoding))
        #expect(responseVerdict(response("Transfer-Encoding: \(value)")) == .rejected(.invalidTransferEncoding))
    }

    @Test(arguments: [
        "gzip", "identity", "xchunked", "chunkedx", "gzip, chunked", "deflate , chunked", "cow", "'chunked'",
    ])
    func `is refused if the coding is not known`(_ value: String) {
        #expect(requestVerdict(request("Transfer-Encoding: \(value)")) == .rejected(.unknownTransferCoding))
        #expect(responseVerdict(response("Transfer-Encoding: \(value)")) == .rejected(.unknownTransferCoding))
    }

    @Test(arguments: ["\t5", "5\t", " \t5", "5 \t", "5\t "])
    func `is refused if there is a tab beside it`(_ value: String) {
        let chunked =
            "Transfer-Encoding:\(value.split(separator: "5", omittingEmptySubsequences: false).joined(separator: "chunked"))"

        #expect(requestVerdict(request("Content-Length:\(value)")) == .rejected(.invalidContentLength))
        #expect(responseVerdict(response("Content-Length:\(value)")) == .rejected(.invalidContentLength))
        #expect(requestVerdict(request(chunked)) == .rejected(.invalidTransferEncoding))
        #expect(responseVerdict(response(chunked)) == .rejected(.invalidTransferEncoding))
    }

    @Test func `is refused if it is contradictory`() {
        let both = HeadVerdict.rejected(.contentLengthWithTransferEncoding)
        let twice = request("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")
        let old = request("Transfer-Encoding: chunked", version: "HTTP/1.0")

        #expect(requestVerdict(request("Content-Length: 5", "Transfer-Encoding: chunked")) == both)
        #expect(requestVerdict(request("Transfer-Encoding: chunked", "Content-Length: 0")) == both)
        #expect(responseVerdict(response("Transfer-Encoding: chunked", "Content-Length: 5")) == both)
        #expect(requestVerdict(twice) == .rejected(.duplicateTransferEncoding))
        #expect(requestVerdict(old) == .rejected(.transferEncodingInHTTP10))
        #expect(
            responseVerdict(response("Transfer-Encoding: chunked", version: "HTTP/1.0"))
                == .rejected(.transferEncodingInHTTP10)
        )
    }
}

@Suite struct `The Host field` {
    @Test(arguments: [
        "a", "example.com", "EXAMPLE.com:8080", "127.0.0.1:80", "[::1]", "[2001:db8::1]:443", "a_b-c.d~e", "a:0",
        "a:65535", "[::ffff:127.0.0.1]", "localhost.",
    ])
    func `is a host with an optional port`(_ host: String) throws {
        let (parser, bytes) = try parsedRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")

        #expect(try text(bytes, #require(parser.host)) == host)
    }

    @Test(arguments: [
        "", "a b", "a/b", "a,b", "a@b", "u:p@a", "a:", "a:b", "a:80:80", "a:65536", "a:100000", ":80", "[::1", "::1",
        "[]", "[a]", "[::1]x", "[::1]:", "[::g]", "a?b", "a#b", "a\\b", "a%2e", "caf\u{E9}", "a<b>", "\"a\"", "a;b",
        "a:+1", "[::1%eth0]", "a\tb",
    ])
    func `is refused if it is anything else`(_ host: String) {
        #expect(requestVerdict("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == .rejected(.invalidHost))
        #expect(requestVerdict("GET / HTTP/1.0\r\nHost: \(host)\r\n\r\n") == .rejected(.invalidHost))
    }

    @Test func `stands once in HTTP/1.1 and at most once in HTTP/1.0`() {
        #expect(requestVerdict("GET / HTTP/1.1\r\n\r\n") == .rejected(.missingHost))
        #expect(requestVerdict("GET http://a/ HTTP/1.1\r\n\r\n") == .rejected(.missingHost))
        #expect(requestVerdict(request("Host: a")) == .rejected(.duplicateHost))
        #expect(requestVerdict(request("host: b")) == .rejected(.duplicateHost))
        #expect(requestVerdict(request("Host: a", version: "HTTP/1.0")) == .rejected(.duplicateHost))
        #expect(requestVerdict("GET / HTTP/1.0\r\n\r\n") == .complete(length: 18))
    }
}

@Suite struct `The connection` {
    @Test(arguments: [
        ("HTTP/1.1", "X: y", true), ("HTTP/1.1", "Connection: close", false),
        ("HTTP/1.1", "connection: CLOSE", false), ("HTTP/1.1", "Connection: keep-alive", true),
        ("HTTP/1.1", "Connection: keep-alive, close", false), ("HTTP/1.1", "Connection: x ,\tclose,", false),
        ("HTTP/1.1", "Connection: closed", true), ("HTTP/1.1", "Connection: x\r\nConnection: close", false),
        ("HTTP/1.1", "Connection:", true), ("HTTP/1.1", "Keep-Alive: close", true), ("HTTP/1.0", "X: y", false),
        ("HTTP/1.0", "Connection: Keep-Alive", true), ("HTTP/1.0", "Connection: keep-alive, close", false),
        ("HTTP/1.0", "Connection: te, keep-alive", true),
    ])
    func `is kept open as the version and Connection say`(_ version: String, _ line: String, _ keeps: Bool) throws {
        let reply = response(line, "Content-Length: 0", version: version)

        #expect(try parsedRequest(request(line, version: version)).0.keepsAlive == keeps)
        #expect(try parsedResponse(reply).0.keepsAlive(requestMethodIsHead: false) == keeps)
    }

    @Test func `nominates fields as hop-by-hop`() throws {
        let lines = [
            "Connection: X-One,, x-three ,close", "X-One: 1", "X-Two: 2", "connection: X-FOUR", "X-Three: 3",
            "x-four: 4",
        ]
        let (parser, bytes) = try parsedRequest(request(lines.joined(separator: "\r\n")))

        let nominated = parser.fields.filter { parser.isNominatedByConnection($0, in: bytes.span.bytes) }

        #expect(nominated.map { text(bytes, $0.value) } == ["1", "3", "4"])
    }

    @Test func `nominates in responses as well, and never without its bytes`() throws {
        let (parser, bytes) = try parsedResponse(response("Connection: X", "X: 1", "Y: 2"))

        let nominated = parser.fields.filter { parser.isNominatedByConnection($0, in: bytes.span.bytes) }

        #expect(nominated.count == 1)
        let isNominated = parser.isNominatedByConnection(parser.fields[1], in: [UInt8]().span.bytes)
        #expect(!isNominated)
    }

    @Test(arguments: [
        ("HTTP/1.1", "Expect: 100-continue", true), ("HTTP/1.1", "expect: 100-Continue", true),
        ("HTTP/1.0", "Expect: 100-continue", false), ("HTTP/1.1", "Expect: 200-ok", false), ("HTTP/1.1", "X: y", false),
    ])
    func `waits for a 100 if the client says so`(_ version: String, _ line: String, _ expects: Bool) throws {
        #expect(try parsedRequest(request(line, version: version)).0.expectsContinue == expects)
    }

    @Test func `becomes a WebSocket by GET, Connection and Upgrade together`() throws {
        func isUpgrade(_ method: String, _ lines: String, version: String = "HTTP/1.1") throws -> Bool {
            try parsedRequest("\(method) / \(version)\r\nHost: a\r\n\(lines)\r\n\r\n").0.isWebSocketUpgrade
        }

        #expect(try isUpgrade("GET", "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket"))
        #expect(try isUpgrade("GET", "Connection: upgrade\r\nUpgrade: h2c, websocket"))
        #expect(try !isUpgrade("POST", "Connection: upgrade\r\nUpgrade: websocket"))
        #expect(try !isUpgrade("GET", "Upgrade: websocket"))
        #expect(try !isUpgrade("GET", "Connection: upgrade"))
        #expect(try !isUpgrade("GET", "Connection: upgrade\r\nUpgrade: h2c"))
        #expect(try !isUpgrade("GET", "Connection: upgrade\r\nUpgrade: websocket", version: "HTTP/1.0"))
        let (parser, bytes) = try parsedRequest(request("Upgrade: h2c"))
        #expect(try text(bytes, #require(parser.upgrade)) == "h2c")
    }
}
