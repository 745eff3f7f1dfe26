import JSON
import Testing

@Suite
struct `A JSON text is parsed strictly after RFC 8259` {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("\"\"", ""), ("[]", []), ("{}", [:]),
            (" \t\r\n[ 1 , 2 ]\n", [1, 2]), ("{\"a\":{\"b\":[{}]}}", ["a": ["b": [[:]]]]),
            ("\u{FEFF}[1]", [1]), ("-0", .number(-0)), ("[[],[[]]]", [[], [[]]]),
        ] as [(String, JSONValue)]
    )
    func `Every kind of value is read`(text: String, expected: JSONValue) throws {
        let expected = text == "-0" ? JSONNumber(literal: "-0").map(JSONValue.number) : expected

        let value = try JSONValue(parsing: text)

        #expect(value == expected)
    }

    @Test(
        arguments: [
            ("", 0, .unexpectedEnd), ("  ", 2, .unexpectedEnd), ("[1,]", 3, .unexpectedByte(0x5D)),
            ("[,1]", 1, .unexpectedByte(0x2C)), ("[1 2]", 3, .unexpectedByte(0x32)),
            ("{\"a\":1,}", 7, .unexpectedByte(0x7D)),
            ("{a:1}", 1, .unexpectedByte(0x61)), ("{\"a\" 1}", 5, .unexpectedByte(0x31)),
            ("{\"a\":}", 5, .unexpectedByte(0x7D)),
            ("{\"a\"}", 4, .unexpectedByte(0x7D)), ("{1:1}", 1, .unexpectedByte(0x31)),
            ("[1}", 2, .unexpectedByte(0x7D)),
            ("01", 1, .trailingBytes), ("1 2", 2, .trailingBytes), ("[]]", 2, .trailingBytes),
            ("nul", 3, .unexpectedEnd),
            ("nulL", 0, .invalidLiteral), ("True", 0, .unexpectedByte(0x54)), ("NaN", 0, .unexpectedByte(0x4E)),
            ("+1", 0, .unexpectedByte(0x2B)), (".5", 0, .unexpectedByte(0x2E)), ("1.", 2, .unexpectedEnd),
            ("1.e5", 2, .invalidNumber), ("1e", 2, .unexpectedEnd), ("1e+", 3, .unexpectedEnd),
            ("-", 1, .unexpectedEnd),
            ("-a", 1, .invalidNumber), ("-01", 2, .trailingBytes), ("0x1", 1, .trailingBytes),
            ("\"a", 2, .unexpectedEnd), ("\"\\", 2, .unexpectedEnd), ("\"\\x\"", 1, .invalidEscape),
            ("\"\\u12g4\"", 1, .invalidEscape), ("\"\\u12", 5, .unexpectedEnd), ("\"\t\"", 1, .bareControlCharacter(9)),
            ("\"\u{0}\"", 1, .bareControlCharacter(0)), ("'a'", 0, .unexpectedByte(0x27)),
            ("// c\n1", 0, .unexpectedByte(0x2F)),
            ("\u{FEFF}\u{FEFF}1", 3, .unexpectedByte(0xEF)), ("[1,\u{A0}2]", 3, .unexpectedByte(0xC2)),
        ] as [(String, Int, JSONSyntaxError.Reason)]
    )
    func `What the grammar does not allow is refused at its place`(
        text: String,
        offset: Int,
        reason: JSONSyntaxError.Reason
    ) {
        let expected = JSONSyntaxError(offset: offset, reason: reason)

        let bytes = Array(text.utf8)

        #expect(throws: expected) { try JSONValue(parsing: bytes) }
        #expect(throws: expected) { try JSONScanner.validate(bytes) }
    }

    @Test(
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"),
            (#""\uD83D""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dA""#, "\u{FFFD}A"),
            (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83d\n""#, "\u{FFFD}\n"),
            (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\u0000""#, "\u{0}"), ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
        ]
    )
    func `Escapes are decoded and a lone surrogate becomes a replacement character`(
        text: String,
        expected: String
    ) throws {
        let value = try JSONValue(parsing: text)

        let string = try #require(value.stringValue)

        #expect(Array(string.utf8) == Array(expected.utf8))
    }

    @Test(
        arguments: [
            ([0x80], 0), ([0x61, 0xC3], 1), ([0xC0, 0xAF], 0), ([0xED, 0xA0, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0),
            ([0xC3, 0xA9, 0xE2, 0x82], 2), ([0xFF], 0), ([0x5C, 0x6E, 0xFE], 2),
        ] as [([UInt8], Int)]
    )
    func `Broken UTF-8 in a string is refused by the parser and passed by the scanner`(
        contents: [UInt8],
        at: Int
    ) throws {
        let text = [0x22] + contents + [0x22]

        try JSONScanner.validate(text)

        #expect(throws: JSONSyntaxError(offset: at + 1, reason: .invalidUTF8)) { try JSONValue(parsing: text) }
        #expect(JSONScanner.string(at: 0..<text.count, of: text) == nil)
    }

    @Test
    func `Every prefix of a document is refused`() throws {
        let text = Array(#"{"a":[1,-2.5e+3,{"\u00e9\n":"x\"y"}],"b":true,"c":false,"d":null,"e":{},"f":[]}"#.utf8)

        _ = try JSONValue(parsing: text)

        for length in 0..<text.count {
            #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(text[..<length])) }
            #expect(throws: JSONSyntaxError.self) { try JSONScanner.members(of: Array(text[..<length])) { _, _ in } }
        }
    }

    @Test
    func `A text longer than the limit is refused`() throws {
        let limits = JSONLimits(maximumBytes: 4)

        let error = JSONSyntaxError(offset: 4, reason: .tooLarge(limit: 4))

        #expect(try JSONValue(parsing: "true", limits: limits) == true)
        #expect(throws: error) { try JSONValue(parsing: "false", limits: limits) }
        #expect(throws: error) { try JSONScanner.members(of: Array("{   }".utf8), limits: limits) { _, _ in } }
    }

    @Test
    func `Errors say their place and reason in words`() {
        let error = JSONSyntaxError(offset: 7, reason: .unexpectedByte(0x0A))

        let text = error.description

        #expect(text == "unexpected byte 0x0A at offset 7")
    }
}
