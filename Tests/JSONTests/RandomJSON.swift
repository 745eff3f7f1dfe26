import GatewayTesting
import JSON

/// Random values and random spellings of them.
extension SeededGenerator {
    mutating func value(depth: Int = 4) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &self) {
        case 0: .null
        case 1: .bool(.random(using: &self))
        case 2: number()
        case 3, 4: .string(string())
        case 5: .array((0..<Int.random(in: 0...4, using: &self)).map { _ in value(depth: depth - 1) })
        default: .object(object(depth: depth - 1))
        }
    }

    mutating func object(depth: Int = 3) -> JSONObject {
        JSONObject(
            (0..<Int.random(in: 0...4, using: &self)).map { _ in
                JSONObject.Member(key: string(), value: value(depth: depth))
            }
        )
    }

    private mutating func number() -> JSONValue {
        let literals = ["0", "-0", "1e5", "1E-7", "-12.50", "1.0", "9223372036854775808", "1e999", "0.1e+01"]
        if Bool.random(using: &self) {
            let literal = literals.randomElement(using: &self) ?? "0"
            return JSONNumber(literal: literal).map(JSONValue.number) ?? .null
        }
        return .number(JSONNumber(Int.random(in: -100_000...100_000, using: &self)))
    }

    private mutating func string() -> String {
        let alphabet: [Character] = [
            "a", "b", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "€", "😀", "{", "]", ",",
        ]
        let length = Int.random(in: 0...20, using: &self)
        return String((0..<length).map { _ in alphabet.randomElement(using: &self) ?? "a" })
    }

    /// Puts whitespace where it means nothing: around every structural byte outside strings.
    mutating func spaced(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in text {
            let isStructural = !isInString && "{}[]:,".utf8.contains(byte)
            if isStructural { result += whitespace() }
            result.append(byte)
            if isStructural { result += whitespace() }
            if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        return result
    }

    private mutating func whitespace() -> [UInt8] {
        (0..<Int.random(in: 0...2, using: &self)).map { _ in
            [0x20, 0x09, 0x0A, 0x0D].randomElement(using: &self) ?? 0x20
        }
    }

    /// Changes, drops, adds or doubles a few bytes, mostly ones that mean something.
    mutating func mutated(_ text: [UInt8]) -> [UInt8] {
        let meaningful = Array("{}[]:,\"\\truefalsn0123.eE+-u/ \n".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xFF]
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let index = Int.random(in: 0...text.count, using: &self)
            let byte = meaningful.randomElement(using: &self) ?? 0
            switch Int.random(in: 0..<4, using: &self) {
            case 0: text.insert(byte, at: index)
            case 1 where index < text.count: text.remove(at: index)
            case 2 where index < text.count: text[index] = byte
            default: text.insert(contentsOf: text[..<index].suffix(3), at: index)
            }
        }
        return text
    }
}
