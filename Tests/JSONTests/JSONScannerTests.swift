import JSON
import Testing

@Suite
struct `The scanner walks in place` {
    private let text = Array(
        #" {"model" : "gpt-\u00e94" ,"stream":true,"n":-12,"big":99999999999999999999,"f":1.5e1,"tools":[{"a":1}, [2],"x"],"u":null} "#
            .utf8
    )

    private func values(of text: [UInt8]) throws -> [String: Range<Int>] {
        var found: [String: Range<Int>] = [:]
        try JSONScanner.members(of: text) { key, value in
            found[String(decoding: text[key], as: UTF8.self)] = value
        }
        return found
    }

    @Test
    func `Ranges are exactly the texts of keys and values`() throws {
        let found = try values(of: text)

        let texts = found.mapValues { String(decoding: text[$0], as: UTF8.self) }

        #expect(
            texts == [
                "model": #""gpt-\u00e94""#, "stream": "true", "n": "-12", "big": "99999999999999999999", "f": "1.5e1",
                "tools": #"[{"a":1}, [2],"x"]"#, "u": "null",
            ]
        )
    }

    @Test
    func `Values are read by their kind and nil by any other`() throws {
        let found = try values(of: text)
        let span = text

        let (model, stream, number) = (
            try #require(found["model"]), try #require(found["stream"]), try #require(found["n"])
        )
        let (big, float, null) = (try #require(found["big"]), try #require(found["f"]), try #require(found["u"]))

        #expect(JSONScanner.string(at: model, of: span) == "gpt-é4")
        #expect(JSONScanner.string(at: stream, of: span) == nil)
        #expect(JSONScanner.bool(at: stream, of: span) == true)
        #expect(JSONScanner.bool(at: model, of: span) == nil)
        #expect(JSONScanner.integer(at: number, of: span) == -12)
        #expect(JSONScanner.integer(at: big, of: span) == nil)
        #expect(JSONScanner.integer(at: float, of: span) == nil)
        #expect(JSONScanner.integer(at: stream, of: span) == nil)
        #expect(JSONScanner.double(at: float, of: span) == 15)
        #expect(JSONScanner.double(at: model, of: span) == nil)
        #expect(JSONScanner.isNull(at: null, of: span))
        #expect(!JSONScanner.isNull(at: stream, of: span))
    }

    @Test(
        arguments: [
            ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("-0", 0), ("0", 0), ("01", nil), ("-", nil), ("", nil), ("1.0", nil),
            ("1e2", nil),
        ] as [(String, Int?)]
    )
    func `Integers are exact or nil`(text: String, expected: Int?) {
        let bytes = Array(text.utf8)

        let integer = JSONScanner.integer(at: 0..<bytes.count, of: bytes)

        #expect(integer == expected)
    }

    @Test(
        arguments: [
            ("model", true), (#"mod\u0065l"#, true), (#"\u006d\u006F\u0064\u0065\u006c"#, true), ("mode", false),
            ("models", false), ("Model", false), (#"mod\u0066l"#, false), (#"mod\u00e"#, false), (#"\n"#, false),
            ("", false),
        ]
    )
    func `A key with escapes matches the name it means`(key: String, expected: Bool) {
        let bytes = Array(key.utf8)

        let matches = JSONScanner.matches(key: 0..<bytes.count, of: bytes, "model" as StaticString)
        let matchesText = JSONScanner.matches(key: 0..<bytes.count, of: bytes, "model" as String)

        #expect(matches == expected)
        #expect(matchesText == expected)
    }

    @Test
    func `Nested objects and arrays are walked by their ranges`() throws {
        let tools = try #require(try values(of: text)["tools"])
        var elements: [Range<Int>] = []
        var members: [String] = []

        try JSONScanner.elements(in: tools, of: text) { elements.append($0) }
        try JSONScanner.members(in: elements[0], of: text) { key, value in
            members.append(String(decoding: text[key] + text[value], as: UTF8.self))
        }

        #expect(elements.map { String(decoding: text[$0], as: UTF8.self) } == [#"{"a":1}"#, "[2]", #""x""#])
        #expect(members == ["a1"])
        #expect(throws: JSONSyntaxError(offset: elements[1].lowerBound, reason: .expectedObject)) {
            try JSONScanner.members(in: elements[1], of: text) { _, _ in }
        }
        #expect(throws: JSONSyntaxError(offset: elements[0].lowerBound, reason: .expectedArray)) {
            try JSONScanner.elements(in: elements[0], of: text) { _ in }
        }
    }

    @Test
    func `Duplicates are visited in order and empty objects have no members`() throws {
        var visited: [String] = []
        let doubled = Array(#"{"a":1,"b":2,"a":3}"#.utf8)

        try JSONScanner.members(of: doubled) { _, value in
            visited.append(String(decoding: doubled[value], as: UTF8.self))
        }
        try JSONScanner.members(of: Array("{ }".utf8)) { _, _ in visited.append("none") }

        #expect(visited == ["1", "2", "3"])
    }

    @Test(arguments: [
        "[]", "1", "\"x\"", "null", "", "{", "{\"a\":1}x", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}",
        "{\"a\":\"\u{1}\"}",
    ])
    func `A text that is not exactly one object is refused`(text: String) {
        let bytes = Array(text.utf8)

        #expect(throws: JSONSyntaxError.self) { try JSONScanner.members(of: bytes) { _, _ in } }
    }

    @Test
    func `Every stop byte is found at every place of a word`() throws {
        for length in 0..<40 {
            for place in 0...length {
                for byte in UInt8.min...UInt8.max where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                    var text = [0x22] + [UInt8](repeating: 0xA2, count: length) + [0x22]
                    text.insert(byte, at: place + 1)

                    let accepted = (try? JSONScanner.validate(text)) != nil

                    #expect(accepted == ReferenceGrammar.accepts(text))
                }
            }
        }
    }
}
