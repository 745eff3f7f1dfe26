import HTTP1
import Testing

@Suite struct `The status line` {
    @Test(arguments: [
        ("HTTP/1.1 200 OK", 200, "OK"), ("HTTP/1.0 404 Not Found", 404, "Not Found"), ("HTTP/1.1 200 ", 200, ""),
        ("HTTP/1.1 200", 200, ""), ("HTTP/1.1 529 Overloaded\tor so", 529, "Overloaded\tor so"),
        ("HTTP/1.1 100 Continue", 100, "Continue"), ("HTTP/1.1 999 caf\u{E9}", 999, "caf\u{E9}"),
        ("HTTP/1.1 200  OK ", 200, " OK "),
    ])
    func `has a version, a status and a reason`(_ line: String, _ status: Int, _ reason: String) throws {
        let (parser, bytes) = try parsedResponse("\(line)\r\nA: b\r\n\r\n")

        #expect(parser.status == status)
        #expect(text(bytes, parser.reason) == reason)
        #expect(parser.minorVersion == (line.hasPrefix("HTTP/1.1") ? 1 : 0))
        #expect(parser.headLength == bytes.count)
    }

    @Test(arguments: [
        ("HTTP/1.1 20 OK", HTTPSyntaxError.malformedStatusLine), ("HTTP/1.1 2000 OK", .malformedStatusLine),
        ("HTTP/1.1 099 OK", .malformedStatusLine), ("HTTP/1.1 000", .malformedStatusLine),
        ("HTTP/1.1 2x0 OK", .malformedStatusLine), ("HTTP/1.1 -20 OK", .malformedStatusLine),
        ("HTTP/1.1  200 OK", .malformedStatusLine), ("HTTP/1.1\t200 OK", .malformedStatusLine),
        ("HTTP/1.1 200\tOK", .malformedStatusLine), ("HTTP/1.1", .malformedStatusLine), ("H", .malformedStatusLine),
        ("HTTP/1.1 ", .malformedStatusLine), ("HTTP/1.1 20", .malformedStatusLine),
        ("ICY 200 OK", .malformedStatusLine),
        ("http/1.1 200 OK", .malformedStatusLine), ("HTTP/11 200 OK", .malformedStatusLine), ("", .malformedStatusLine),
        (" HTTP/1.1 200 OK", .malformedStatusLine), ("\r\nHTTP/1.1 200 OK", .malformedStatusLine),
        ("HTTP/2.0 200 OK", .unsupportedVersion), ("HTTP/1.2 200 OK", .unsupportedVersion),
        ("HTTP/1.1 200 O\0K", .invalidFieldValue), ("HTTP/1.1 200 \u{7F}", .invalidFieldValue),
        ("HTTP/1.1 200 O\rK", .bareCarriageReturn), ("HTTP/1.1 200\rOK", .bareCarriageReturn),
        ("HTTP/1.1 200 O\nK", .bareLineFeed), ("HTTP/1.1 200\nA: b", .bareLineFeed), ("HTTP/1.1\n200", .bareLineFeed),
    ])
    func `is refused if it is malformed`(_ line: String, _ error: HTTPSyntaxError) {
        #expect(responseVerdict("\(line)\r\nA: b\r\n\r\n") == .rejected(error))
    }
}

@Suite struct `The framing of a response` {
    private func framing(_ head: String, isHead: Bool = false) throws -> BodyFraming {
        try parsedResponse(head).0.framing(requestMethodIsHead: isHead)
    }

    @Test func `is a length, chunks or the end of the connection`() throws {
        #expect(try framing(response("Content-Length: 7")) == .length(7))
        #expect(try framing(response("Transfer-Encoding: chunked")) == .chunked)
        #expect(try framing(response()) == .untilClose)
        #expect(try framing(response("Content-Length: 7", version: "HTTP/1.0")) == .length(7))
    }

    @Test(arguments: [
        "100 Continue", "101 Switching Protocols", "103 Early Hints", "204 No Content", "304 Not Modified",
    ])
    func `is nothing for a status without a body`(_ status: String) throws {
        #expect(try framing(response(status: status)) == .none)
        #expect(try framing(response("Content-Length: 7", status: status)) == .none)
        #expect(try framing(response("Transfer-Encoding: chunked", status: status)) == .none)
    }

    @Test func `is nothing for an answer to HEAD`() throws {
        #expect(try framing(response("Content-Length: 7"), isHead: true) == .none)
        #expect(try framing(response("Transfer-Encoding: chunked"), isHead: true) == .none)
        #expect(try framing(response(), isHead: true) == .none)
    }

    @Test func `decides whether the connection can be used again`() throws {
        func keeps(_ head: String, isHead: Bool = false) throws -> Bool {
            try parsedResponse(head).0.keepsAlive(requestMethodIsHead: isHead)
        }

        #expect(try !keeps(response()))
        #expect(try keeps(response(), isHead: true))
        #expect(try keeps(response("Content-Length: 7")))
        #expect(try keeps(response("Content-Length: 7"), isHead: true))
        #expect(try keeps(response("Content-Length: 7", status: "304 Not Modified")))
        #expect(try keeps(response(status: "204 No Content")))
        #expect(try keeps(response("Content-Length: 0", status: "204 No Content")))
        #expect(try !keeps(response("Content-Length: 7", status: "204 No Content")))
        #expect(try !keeps(response("Transfer-Encoding: chunked", status: "204 No Content")))
        #expect(try !keeps(response("Transfer-Encoding: chunked", status: "100 Continue")))
    }
}
