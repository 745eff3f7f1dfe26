import GatewayTesting
import JSON
import Testing

@Suite struct `Checking UTF-8` {
    @Test(arguments: ["", "plain", "é", "日本語のテキスト", "🙂 between words", "1234567é", "12345678é9"])
    func `accepts text`(text: String) {
        let bytes = Array(text.utf8)

        let verdict = JSONText.isUTF8(bytes.span.bytes)

        #expect(verdict)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3], [0x61, 0xC3, 0x28],
        ] as [[UInt8]]
    )
    func `refuses what is not text`(bytes: [UInt8]) {
        let padded = Array("12345678".utf8) + bytes

        let verdicts = (JSONText.isUTF8(bytes.span.bytes), JSONText.isUTF8(padded.span.bytes))

        #expect(verdicts == (false, false))
    }

    @Test func `agrees with the standard library on random bytes`() {
        var generator = SeededGenerator(seed: 8259)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                [0x20, 0x61, 0x80, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xE2, 0xED, 0xF0, 0xF4].randomElement(
                    using: &generator
                )
                    ?? UInt8(0)
            }

            let verdict = JSONText.isUTF8(bytes.span.bytes)

            #expect(verdict == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
