import HTTP1
import Testing

@Suite struct `The request line` {
    @Test func `is taken apart into method, target and version`() throws {
        let head = "POST /v1/chat/completions?x=%20y HTTP/1.1\r\nHost: a\r\n\r\n"

        let (parser, bytes) = try parsedRequest(head)

        #expect(parser.method == .post)
        #expect(text(bytes, parser.methodRange) == "POST")
        #expect(text(bytes, parser.target) == "/v1/chat/completions?x=%20y")
        #expect(parser.pathAndQuery == parser.target)
        #expect(parser.targetForm == .origin)
        #expect(parser.authority == nil)
        #expect(parser.minorVersion == 1)
        #expect(parser.headLength == bytes.count)
    }

    @Test(arguments: [
        ("GET", RequestMethod.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
        ("OPTIONS", .options), ("TRACE", .trace), ("PATCH", .patch), ("PROPFIND", .other), ("get", .other),
        ("Get", .other), ("GETT", .other), ("M-SEARCH", .other), ("!#$%&'*+-.^_`|~", .other),
    ])
    func `has a method that is a token, and case matters`(_ spelling: String, _ method: RequestMethod) throws {
        let (parser, bytes) = try parsedRequest("\(spelling) / HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(parser.method == method)
        #expect(text(bytes, parser.methodRange) == spelling)
    }

    @Test(arguments: [
        ("G@T / HTTP/1.1", HTTPSyntaxError.invalidMethod), ("G\u{E9}T / HTTP/1.1", .invalidMethod),
        ("G\0T / HTTP/1.1", .invalidMethod), (" GET / HTTP/1.1", .invalidMethod), ("\tGET / HTTP/1.1", .invalidMethod),
        ("GET\t/ HTTP/1.1", .invalidMethod), ("\"GET\" / HTTP/1.1", .invalidMethod),
        ("GET:/ HTTP/1.1", .invalidMethod), ("\0", .invalidMethod), ("\u{16}\u{3}\u{1}", .invalidMethod),
        ("GET  / HTTP/1.1", .malformedRequestLine), ("GET /  HTTP/1.1", .malformedRequestLine),
        ("GET / HTTP/1.1 ", .malformedRequestLine), ("GET / HTTP/1.1\t", .malformedRequestLine),
        ("GET / a HTTP/1.1", .malformedRequestLine), ("GET /\tHTTP/1.1", .invalidTarget),
        ("GET /", .malformedRequestLine), ("GET", .malformedRequestLine), ("GET ", .malformedRequestLine),
        ("GET / ", .malformedVersion), ("GET  HTTP/1.1", .malformedRequestLine),
        ("GET /a\u{7F} HTTP/1.1", .invalidTarget), ("GET /a\u{B} HTTP/1.1", .invalidTarget),
        ("GET /\0 HTTP/1.1", .invalidTarget), ("GET /\u{E9} HTTP/1.1", .invalidTarget),
        ("GET /a#b HTTP/1.1", .invalidTarget), ("GET /abcdefgh#b HTTP/1.1", .invalidTarget),
    ])
    func `is refused if a character or a space is wrong`(_ line: String, _ error: HTTPSyntaxError) {
        #expect(requestVerdict("\(line)\r\nHost: a\r\n\r\n") == .rejected(error))
    }

    @Test(arguments: [
        ("HTTP/2.0", HTTPSyntaxError.unsupportedVersion), ("HTTP/1.2", .unsupportedVersion),
        ("HTTP/0.9", .unsupportedVersion), ("HTTP/3.1", .unsupportedVersion), ("HTTP/1.10", .malformedVersion),
        ("HTTP/1,1", .malformedVersion), ("http/1.1", .malformedVersion), ("HTTP/1.", .malformedVersion),
        ("HTTP/11", .malformedVersion), ("HTTP/1.1x", .malformedVersion), ("HTTPS/1.1", .malformedVersion),
        ("HTTP/+1.1", .malformedVersion), ("HTTP/1.a", .malformedVersion), ("ICY/1.1", .malformedVersion),
    ])
    func `has one of two versions`(_ version: String, _ error: HTTPSyntaxError) {
        #expect(requestVerdict("GET / \(version)\r\nHost: a\r\n\r\n") == .rejected(error))
    }

    @Test func `of HTTP/1.0 needs no Host`() throws {
        let (parser, _) = try parsedRequest("GET / HTTP/1.0\r\n\r\n")

        #expect(parser.minorVersion == 0)
        #expect(parser.host == nil)
    }

    @Test func `may follow one empty line`() throws {
        let (parser, bytes) = try parsedRequest("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(text(bytes, parser.methodRange) == "GET")
        #expect(parser.headLength == bytes.count)
    }

    @Test(arguments: [
        ("\r\n\r\nGET / HTTP/1.1", HTTPSyntaxError.invalidMethod), ("\nGET / HTTP/1.1", .bareLineFeed),
        ("\rGET / HTTP/1.1", .bareCarriageReturn), ("\r\n\nGET / HTTP/1.1", .bareLineFeed),
        ("\r\r\nGET / HTTP/1.1", .bareCarriageReturn), ("\r\n GET / HTTP/1.1", .invalidMethod),
    ])
    func `follows nothing else`(_ start: String, _ error: HTTPSyntaxError) {
        #expect(requestVerdict("\(start)\r\nHost: a\r\n\r\n") == .rejected(error))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\n", "GET /\n", "GET\n", "GET / HTTP/1.1\n\n", "GET / \n",
    ])
    func `does not end in a bare line feed`(_ head: String) {
        #expect(requestVerdict(head) == .rejected(.bareLineFeed))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\rHost: a\r\n\r\n", "GET /\rHTTP/1.1\r\n", "GET\r/ HTTP/1.1\r\n", "GET / HTTP/1.1\r\r\n",
        "GET / HT\rTP/1.1\r\n",
    ])
    func `has no bare carriage return`(_ head: String) {
        #expect(requestVerdict(head) == .rejected(.bareCarriageReturn))
    }
}

@Suite struct `The request target` {
    @Test(arguments: [
        ("http://example.com/v1?x", "example.com", "/v1?x"), ("HTTPS://a:8080/", "a:8080", "/"),
        ("http://a", "a", ""), ("http://a?q", "a", "?q"), ("http://[::1]:80/p", "[::1]:80", "/p"),
    ])
    func `in absolute form names its authority and path`(_ target: String, _ host: String, _ path: String) throws {
        let (parser, bytes) = try parsedRequest("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")

        #expect(parser.targetForm == .absolute)
        #expect(try text(bytes, #require(parser.authority)) == host)
        #expect(text(bytes, parser.pathAndQuery) == path)
        #expect(parser.host == parser.authority)
    }

    @Test(arguments: [
        ("http:///path", HTTPSyntaxError.invalidHost), ("http://u@a/", .invalidHost), ("http://u:p@a/", .invalidHost),
        ("ftp://a/", .invalidTarget), ("http:/a", .invalidTarget), ("http://", .invalidTarget),
        ("a/b", .invalidTarget), ("*", .invalidTarget), ("a:80", .invalidTarget),
        ("?q", .invalidTarget), ("http://b/", .conflictingHost), ("http://a:80/", .conflictingHost),
        ("http://a:x/", .invalidHost), ("http://a%00/", .invalidHost), ("http://a\\b/", .invalidHost),
    ])
    func `is refused in any other form`(_ target: String, _ error: HTTPSyntaxError) {
        #expect(requestVerdict("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n") == .rejected(error))
    }

    @Test func `that begins with two slashes is a path`() throws {
        let (parser, bytes) = try parsedRequest("GET //b/ HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(parser.targetForm == .origin)
        #expect(text(bytes, parser.pathAndQuery) == "//b/")
        #expect(parser.host == parser.first(.host))
    }

    @Test func `is compared with Host without regard to case`() {
        #expect(requestVerdict("GET http://Example.COM/ HTTP/1.1\r\nHost: example.com\r\n\r\n") != .incomplete)
        #expect(requestVerdict("GET http://a/ HTTP/1.0\r\n\r\n") == .complete(length: 26))
    }

    @Test func `is an asterisk only for OPTIONS`() throws {
        let (parser, _) = try parsedRequest("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(parser.targetForm == .asterisk)
        #expect(parser.pathAndQuery.isEmpty)
        #expect(requestVerdict("OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n") == .rejected(.invalidTarget))
        #expect(requestVerdict("POST * HTTP/1.1\r\nHost: a\r\n\r\n") == .rejected(.invalidTarget))
    }

    @Test func `is an authority only for CONNECT`() throws {
        let (parser, bytes) = try parsedRequest("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")

        #expect(parser.targetForm == .authority)
        #expect(try text(bytes, #require(parser.authority)) == "a:443")
        for target in ["a", "/", "http://a:443/", "a:", "a:443/", "*", ":443"] {
            let head = "CONNECT \(target) HTTP/1.1\r\nHost: a:443\r\n\r\n"
            #expect(requestVerdict(head) == .rejected(.invalidTarget), "\(target)")
        }
        let other = "CONNECT a:443 HTTP/1.1\r\nHost: b:443\r\n\r\n"
        #expect(requestVerdict(other) == .rejected(.conflictingHost))
        for line in ["Content-Length: 0", "Content-Length: 5", "Transfer-Encoding: chunked"] {
            let head = "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\(line)\r\n\r\n"
            #expect(requestVerdict(head) == .rejected(.contentInConnect))
        }
    }
}
