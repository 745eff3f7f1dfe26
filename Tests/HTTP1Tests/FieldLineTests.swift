import HTTP1
import Testing

@Suite struct `A field line` {
    @Test func `keeps the positions of name and trimmed value`() throws {
        let (parser, bytes) = try parsedRequest(
            request("X-One:two", "x-Three: \t four, five \t", "Empty:", "Blank: \t ")
        )

        let spelled = parser.fields.map { [text(bytes, $0.name), text(bytes, $0.value)] }

        let wanted = [["Host", "a"], ["X-One", "two"], ["x-Three", "four, five"], ["Empty", ""], ["Blank", ""]]
        #expect(spelled == wanted)
    }

    @Test func `may have a tab inside its value and bytes beyond ASCII`() throws {
        let (parser, bytes) = try parsedRequest(request("A: b\tc\td and so on \t \t e", "B: caf\u{E9} \u{1F600}"))

        #expect(text(bytes, parser.fields[1].value) == "b\tc\td and so on \t \t e")
        #expect(text(bytes, parser.fields[2].value) == "caf\u{E9} \u{1F600}")
    }

    @Test(arguments: [
        ("A : b", HTTPSyntaxError.whitespaceBeforeColon), ("A\t: b", .whitespaceBeforeColon),
        ("A \t : b", .whitespaceBeforeColon), ("Host : b", .whitespaceBeforeColon),
        (" A: b", .foldedField), ("\tA: b", .foldedField), (" folded", .foldedField), (" ", .foldedField),
        (": b", .emptyFieldName), (":", .emptyFieldName), ("A", .missingColon), ("Content-Length", .missingColon),
        ("A b: c", .invalidFieldName), ("A\0: c", .invalidFieldName), ("A\u{B}: c", .invalidFieldName),
        ("A\u{C}: c", .invalidFieldName), ("(A): c", .invalidFieldName), ("A/B: c", .invalidFieldName),
        ("A;: c", .invalidFieldName), ("\u{E9}: c", .invalidFieldName), ("A\u{7F}: c", .invalidFieldName),
        ("A@: c", .invalidFieldName), ("[A]: c", .invalidFieldName), ("A\"B: c", .invalidFieldName),
        ("Content-Length\u{A0}: 5", .invalidFieldName), ("Content\u{0}Length: 5", .invalidFieldName),
        ("A: b\0c", .invalidFieldValue), ("A: \u{1}", .invalidFieldValue), ("A: abcdefghij\u{7F}", .invalidFieldValue),
        ("A: b\u{B}", .invalidFieldValue), ("A: \u{B}b", .invalidFieldValue), ("A: b\u{1B}[0m", .invalidFieldValue),
        ("A: b\u{8}", .invalidFieldValue),
    ])
    func `is refused if it is malformed`(_ line: String, _ error: HTTPSyntaxError) {
        #expect(requestVerdict(request(line)) == .rejected(error))
        #expect(requestVerdict("GET / HTTP/1.1\r\n\(line)\r\nHost: a\r\n\r\n") == .rejected(error))
        #expect(responseVerdict(response(line)) == .rejected(error))
    }

    @Test(arguments: ["A: b\nC: d", "A\n: b", "A: b\n", "\n", "A:\n", "A\n", "A: b\r\n\n", ":\n", "A: abcdefghijkl\n"])
    func `does not end in a bare line feed`(_ line: String) {
        let verdict = requestVerdict("GET / HTTP/1.1\r\nHost: a\r\n\(line)")

        #expect(verdict == .rejected(line == ":\n" ? .emptyFieldName : .bareLineFeed))
    }

    @Test(arguments: ["A: b\rC: d", "A\r: b", "A: b\r", "\rA: b", "A:\r", "\r", "A: \rb", "A: abcdefghijkl\rm"])
    func `has no bare carriage return`(_ line: String) {
        #expect(requestVerdict(request(line)) == .rejected(.bareCarriageReturn))
        #expect(responseVerdict(response(line)) == .rejected(.bareCarriageReturn))
    }

    @Test func `is not folded`() {
        #expect(requestVerdict(request("A: b", " c: d")) == .rejected(.foldedField))
        #expect(requestVerdict(request("A: b", "\tc")) == .rejected(.foldedField))
        #expect(responseVerdict(response("A: b", " c")) == .rejected(.foldedField))
    }

    @Test func `has a name of token characters and no others`() {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

        for byte in UInt8.min...UInt8.max {
            var parser = RequestHeadParser()
            let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX".utf8) + [byte] + Array("Y: z\r\n\r\n".utf8)
            let isAccepted = verdict(&parser, bytes) == .complete(length: bytes.count)
            #expect(isAccepted == (token.contains(byte) || byte == UInt8(ascii: ":")), "\(byte)")
        }
    }

    @Test(arguments: [0, 3, 7, 8, 12, 23])
    func `has a value without control characters wherever they stand`(_ position: Int) {
        for byte in UInt8.min...UInt8.max {
            var parser = RequestHeadParser()
            var value = [UInt8](repeating: UInt8(ascii: "v"), count: 24)
            value[position] = byte
            let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + value + Array("\r\n\r\n".utf8)
            let isAccepted = verdict(&parser, bytes) == .complete(length: bytes.count)
            #expect(isAccepted == (byte == 9 || byte >= 32 && byte != 127), "\(byte)")
        }
    }
}

@Suite struct `A known field` {
    private static let names: [(String, KnownField)] = [
        ("host", .host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
        ("connection", .connection), ("keep-alive", .keepAlive), ("proxy-connection", .proxyConnection),
        ("proxy-authenticate", .proxyAuthenticate), ("proxy-authorization", .proxyAuthorization), ("te", .te),
        ("trailer", .trailer), ("upgrade", .upgrade), ("expect", .expect), ("content-type", .contentType),
        ("content-encoding", .contentEncoding), ("accept", .accept), ("accept-encoding", .acceptEncoding),
        ("authorization", .authorization), ("x-api-key", .xApiKey), ("x-goog-api-key", .xGoogApiKey),
        ("api-key", .apiKey), ("anthropic-version", .anthropicVersion), ("anthropic-beta", .anthropicBeta),
        ("user-agent", .userAgent), ("retry-after", .retryAfter), ("x-request-id", .requestID),
        ("request-id", .upstreamRequestID), ("date", .date), ("server", .server), ("set-cookie", .setCookie),
        ("cookie", .cookie), ("origin", .origin), ("referer", .referer), ("via", .via), ("forwarded", .forwarded),
        ("x-forwarded-for", .xForwardedFor), ("x-forwarded-host", .xForwardedHost),
        ("x-forwarded-proto", .xForwardedProto), ("x-real-ip", .xRealIP), ("location", .location),
        ("cache-control", .cacheControl), ("access-control-allow-origin", .accessControl),
        ("sec-fetch-site", .secFetch), ("x-api-switch-channel", .xApiSwitch), ("x-ratelimit-reset", .rateLimit),
        ("anthropic-ratelimit-tokens", .rateLimit), ("ratelimit-limit", .rateLimit), ("x-other", .other),
    ]

    @Test func `is recognised in any case`() throws {
        #expect(Set(Self.names.map(\.1)) == Set(KnownField.allCases))
        for (name, known) in Self.names {
            for spelling in [name, name.uppercased(), name.prefix(1).uppercased() + name.dropFirst()] {
                let (parser, bytes) = try parsedResponse(
                    response("\(spelling): \(known == .transferEncoding ? "chunked" : "1")")
                )
                #expect(parser.fields[0].known == known, "\(spelling)")
                #expect(parser.contains(known))
                #expect(parser.first(known).map { text(bytes, $0) } == (known == .transferEncoding ? "chunked" : "1"))
            }
        }
    }

    @Test func `is not mistaken for another of the same length`() throws {
        for (name, known) in Self.names where known != .other {
            for (index, letter) in name.utf8.enumerated() where letter != UInt8(ascii: "-") {
                var changed = Array(name.utf8)
                changed[index] = letter == UInt8(ascii: "q") ? UInt8(ascii: "z") : UInt8(ascii: "q")
                let (parser, _) = try parsedResponse(response("\(text(changed)): 1"))
                let isFamily = [.accessControl, .secFetch, .xApiSwitch, .rateLimit].contains(known)
                #expect(parser.fields[0].known == .other || isFamily, "\(text(changed))")
            }
        }
    }

    @Test func `does not take an underscore for a hyphen, nor a control character`() throws {
        let (parser, _) = try parsedRequest(request("Content_Length: 5", "Transfer_Encoding: chunked"))

        #expect(parser.framing == .none)
        #expect(parser.fields[1].known == .other)
        #expect(requestVerdict(request("Content\rLength: 5")) == .rejected(.bareCarriageReturn))
    }

    @Test func `is hop-by-hop if it belongs to the connection`() {
        let hopByHop = KnownField.allCases.filter(\.isHopByHop)

        let wanted: [KnownField] = [
            .transferEncoding, .connection, .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization, .te,
            .trailer, .upgrade,
        ]
        #expect(hopByHop == wanted)
    }

    @Test func `is the first of its kind if there are several`() throws {
        let (parser, bytes) = try parsedRequest(request("Accept: one", "Accept: two"))

        #expect(try text(bytes, #require(parser.first(.accept))) == "one")
        #expect(parser.first(.cookie) == nil)
    }
}
