/// RFC 8259 written down as plainly as possible, by recursion and character by character, to judge the real thing by.
struct ReferenceGrammar {
    private let text: [UInt8]
    private var index = 0

    static func accepts(_ text: [UInt8]) -> Bool {
        var grammar = ReferenceGrammar(text: text)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { grammar.index = 3 }
        grammar.whitespace()
        guard grammar.value() else { return false }
        grammar.whitespace()
        return grammar.index == text.count
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ characters: String) -> Bool {
        guard let next, characters.utf8.contains(next) else { return false }
        index += 1
        return true
    }

    private mutating func whitespace() {
        while take(" \t\n\r") {}
    }

    private mutating func word(_ word: String) -> Bool {
        guard text[index...].starts(with: word.utf8) else { return false }
        index += word.utf8.count
        return true
    }

    private mutating func value() -> Bool {
        if take("{") { return list(closing: "}") { $0.member() } }
        if take("[") { return list(closing: "]") { $0.value() } }
        if take("\"") { return string() }
        return word("true") || word("false") || word("null") || number()
    }

    private mutating func list(closing: String, _ item: (inout Self) -> Bool) -> Bool {
        whitespace()
        if take(closing) { return true }
        repeat {
            whitespace()
            guard item(&self) else { return false }
            whitespace()
        } while take(",")
        return take(closing)
    }

    private mutating func member() -> Bool {
        guard take("\""), string() else { return false }
        whitespace()
        guard take(":") else { return false }
        whitespace()
        return value()
    }

    private mutating func string() -> Bool {
        while let byte = next {
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            guard byte == UInt8(ascii: "\\") else { continue }
            if take("u") {
                for _ in 0..<4 { guard take("0123456789abcdefABCDEF") else { return false } }
            } else if !take("\"\\/bfnrt") {
                return false
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        guard take("eE") else { return true }
        _ = take("+-")
        return digits()
    }

    private mutating func digits() -> Bool {
        guard take("0123456789") else { return false }
        while take("0123456789") {}
        return true
    }
}
