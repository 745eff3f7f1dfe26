import GatewayTesting
import JSON
import Testing

@Suite
struct `Random texts` {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `Values survive writing and parsing, spaced in any way`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)

        for _ in 0..<500 {
            let value = generator.value()
            let text = value.bytes
            let spaced = generator.spaced(text)

            #expect(try JSONValue(parsing: text) == value, "seed \(seed)")
            #expect(try JSONValue(parsing: spaced) == value, "seed \(seed)")
            #expect(try JSONValue(parsing: spaced).bytes == text, "seed \(seed)")
        }
    }

    /// The one allowed difference: the scanner passes broken UTF-8 inside strings.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `Parser, scanner and a plain reading of the grammar accept the same texts`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        var refused = 0

        for _ in 0..<6_000 {
            let text = generator.mutated(generator.spaced(generator.value(depth: 3).bytes))
            let isValid = ReferenceGrammar.accepts(text)
            let isUTF8 = String(validating: text, as: UTF8.self) != nil
            let scans = (try? JSONScanner.validate(text)) != nil
            let parses = (try? JSONValue(parsing: text)) != nil
            if scans != isValid || parses != (isValid && isUTF8) {
                Issue.record("seed \(seed): \(text)")
            }
            if isValid { accepted += 1 } else { refused += 1 }
        }

        #expect(accepted > 500, "too few valid texts to mean anything")
        #expect(refused > 500, "too few invalid texts to mean anything")
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `Members found by the scanner are the members of the tree`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)

        for _ in 0..<1_000 {
            let object = generator.object()
            let text = generator.spaced(object.bytes)
            var found = JSONObject()
            try JSONScanner.members(of: text) { key, value in
                let name = JSONScanner.name(at: key, of: text)
                let value = try? JSONValue(parsing: Array(text[value]))
                if let name, let value { found.members.append(.init(key: name, value: value)) }
            }

            #expect(found == object, "seed \(seed)")
        }
    }

    @Test(arguments: [31, 32] as [UInt64])
    func `Random bytes and random ranges never trap`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var walks = 0

        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let low = Int.random(in: -5...45, using: &generator)
            let range = low..<Int.random(in: low...50, using: &generator)
            let span = text.span.bytes
            _ = JSONScanner.string(at: range, of: span)
            _ = JSONScanner.name(at: range, of: span)
            _ = JSONScanner.integer(at: range, of: span)
            _ = JSONScanner.double(at: range, of: span)
            _ = JSONScanner.bool(at: range, of: span)
            _ = JSONScanner.matches(key: range, of: span, "model")
            try? JSONScanner.members(in: range, of: span) { _, _ in }
            try? JSONScanner.elements(in: range, of: span) { _ in }
            _ = JSONSplice.replace(valueAt: range, of: text, with: [0x31])
            walks += 1
        }

        #expect(walks == 3_000)
    }
}
