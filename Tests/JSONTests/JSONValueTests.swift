import JSON
import Testing

@Suite
struct `A value keeps what was written` {
    @Test
    func `Order, duplicates and spellings survive`() throws {
        let text = #"{"b":1.0,"a":1e0,"b":-0,"c":[1E+2,12345678901234567890.10]}"#

        let value = try JSONValue(parsing: text)

        #expect(value.description == text)
    }

    @Test
    func `The last of several members counts`() throws {
        let object = try #require(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).objectValue)

        let value = object["a"]

        #expect(value == 3)
        #expect(object["x"] == nil)
        #expect(object.count == 3)
    }

    @Test
    func `Setting a member keeps its place and drops its doubles`() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3, "c": 4]

        object["a"] = "new"
        object["d"] = nil
        object["e"] = [true]
        object["c"] = nil

        #expect(object == ["a": "new", "b": 2, "e": [true]])
    }

    @Test
    func `Removing gives the value that counted and removes every double`() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]

        let removed = object.removeValue(forKey: "a")

        #expect(removed == 3)
        #expect(object == ["b": 2])
        #expect(object.removeValue(forKey: "a") == nil)
    }

    @Test
    func `Names and strings are compared by bytes and not by canonical equivalence`() {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"

        let object = JSONObject([.init(key: composed, value: 1)])

        #expect(composed == decomposed, "Swift says they are equal, which is why this test is here")
        #expect(object[composed] == 1)
        #expect(object[decomposed] == nil)
        #expect(JSONValue.string(composed) != JSONValue.string(decomposed))
        #expect(Set([JSONValue.string(composed), .string(decomposed)]).count == 2)
    }

    @Test(
        arguments: [
            (1, 2), ([1, 2], [2, 1]), (["a": 1], ["a": 2]), (["a": 1], ["b": 1]),
            (["a": 1, "b": 2], ["b": 2, "a": 1]),
            (true, false), (.null, false), ("1", 1), ([], [:]), ([[]], []), (1.0, 1),
        ] as [(JSONValue, JSONValue)]
    )
    func `Values of different content differ`(left: JSONValue, right: JSONValue) {
        #expect(left != right)
        #expect(left == left)
        #expect(Set([left, right, left]).count == 2)
    }

    @Test
    func `Accessors answer for their own kind only`() {
        let value: JSONValue = ["n": 7, "s": "x", "l": [nil, true], "d": 2.5]

        let list = value["l"]

        #expect(value["n"]?.intValue == 7)
        #expect(value["n"]?.stringValue == nil)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["d"]?.doubleValue == 2.5)
        #expect(value["d"]?.intValue == nil)
        #expect(list?[0]?.isNull == true)
        #expect(list?[1]?.boolValue == true)
        #expect(list?[2] == nil)
        #expect(list?[-1] == nil)
        #expect(list?.arrayValue?.count == 2)
        #expect(value[0] == nil)
    }

    @Test(
        arguments: [
            ("1", 1, 1), ("1.0", nil, 1), ("1e2", nil, 100), ("9223372036854775808", nil, 9_223_372_036_854_775_808),
            ("1e999", nil, nil), ("-0", 0, 0),
        ] as [(String, Int?, Double?)]
    )
    func `A number is an integer only if spelled as one`(literal: String, int: Int?, double: Double?) throws {
        let number = try #require(JSONNumber(literal: literal))

        #expect(number.int == int)
        #expect(number.double == double)
        #expect(number.literal == literal)
    }

    @Test(arguments: ["", "01", "+1", "1.", ".1", "1e", "NaN", "0x1", " 1", "1 ", "1,", "--1", "１"])
    func `A spelling outside the grammar is no number`(literal: String) {
        #expect(JSONNumber(literal: literal) == nil)
    }

    @Test(arguments: [0.1, 1e20, 1e-300, -0.0, 1.7976931348623157e308, 123_456_789.125])
    func `Doubles are written so that they read back the same`(double: Double) throws {
        let number = try #require(JSONNumber(double))

        let parsed = try JSONValue(parsing: number.literal)

        #expect(parsed.doubleValue?.bitPattern == double.bitPattern)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
    }

    @Test
    func `Strings are written with the escapes demanded and no others`() {
        let string = "a\"b\\c/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é😀\u{2028}" + String(repeating: "x", count: 40)
        var buffer: [UInt8] = []

        JSONText.append(string: string, to: &buffer)

        let expected =
            #""a\"b\\c/\b\t\n\f\r\u0000\u001f"# + "\u{7F}é😀\u{2028}" + String(repeating: "x", count: 40) + "\""
        #expect(String(decoding: buffer, as: UTF8.self) == expected)
    }
}
