import GatewayTesting
import JSON
import Testing

@Suite
struct `A splice touches one member` {
    @Test
    func `Every byte outside the value stays`() throws {
        let text = Array(" { \"a\" : 1.50 ,\"model\"\t:\t\"old\" , \"z\":[ ] }\n".utf8)

        let spliced = try JSONSplice.replacing(member: "model", with: Array("\"new one\"".utf8), in: text)

        #expect(spliced == Array(" { \"a\" : 1.50 ,\"model\"\t:\t\"new one\" , \"z\":[ ] }\n".utf8))
    }

    @Test
    func `All occurrences are replaced, escaped names too`() throws {
        let text = Array(#"{"model":1,"x":{"model":2},"mod\u0065l":[3]}"#.utf8)

        let spliced = try JSONSplice.replacing(member: "model", with: [0x39], in: text)

        #expect(spliced == Array(#"{"model":9,"x":{"model":2},"mod\u0065l":9}"#.utf8))
    }

    @Test
    func `A member that is not there gives nil and a broken text an error`() throws {
        let text = Array(#"{"x":{"model":2}}"#.utf8)

        let spliced = try JSONSplice.replacing(member: "model", with: [0x39], in: text)

        #expect(spliced == nil)
        #expect(throws: JSONSyntaxError.self) {
            try JSONSplice.replacing(member: "model", with: [0x39], in: Array(#"{"model":1"#.utf8))
        }
    }

    @Test(arguments: [41, 42] as [UInt64])
    func `The splice law holds for random objects`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var tried = 0

        for _ in 0..<500 {
            let object = generator.object()
            guard let member = object.randomElement(using: &generator) else { continue }
            let text = generator.spaced(object.bytes)
            let replacement = generator.value(depth: 2)
            tried += 1

            let spliced = try #require(try JSONSplice.replacing(member: member.key, with: replacement.bytes, in: text))

            let expected = object.map { $0.key == member.key ? replacement : $0.value }
            let result = try #require(try JSONValue(parsing: spliced).objectValue)
            #expect(result.map(\.value) == expected, "seed \(seed)")
            #expect(outside(member.key, of: spliced) == outside(member.key, of: text), "seed \(seed)")
        }

        #expect(tried > 100)
    }

    /// The bytes that are no part of a value of this name.
    private func outside(_ name: String, of text: [UInt8]) -> [UInt8] {
        var rest: [UInt8] = []
        var end = 0
        try? JSONScanner.members(of: text) { key, value in
            guard JSONScanner.name(at: key, of: text) == name else { return }
            rest += text[end..<value.lowerBound]
            end = value.upperBound
        }
        return rest + text[end...]
    }
}
