/// Bounds what a YAML text can cost before a parser sees it.
///
/// The parser repeats an anchored value wherever it is named, so ten short lines can stand for a billion values, and it
/// calls itself once per level of nesting. Both are estimated from the bytes alone, always too high, never too low.
enum YAMLGuard {
    /// How many bytes a file may stand for once its aliases are written out.
    static let maximumWeight = 64 * 1024 * 1024
    /// How many brackets may be open at once.
    static let maximumBrackets = 100
    /// How far a line may be indented before its first character.
    static let maximumIndent = 200

    /// Whether the text, with every alias written out, is too long.
    static func isBomb(_ text: some Collection<UInt8>) -> Bool {
        var weights = AliasWeights()
        var previous = UInt8(ascii: "\n")
        var index = text.startIndex
        while index != text.endIndex {
            let byte = text[index]
            text.formIndex(after: &index)
            weights.total += 1
            guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), Self.startsToken(after: previous) else {
                previous = byte
                continue
            }
            var name: [UInt8] = []
            while index != text.endIndex, Self.isNameByte(text[index]), name.count < 256 {
                name.append(text[index])
                text.formIndex(after: &index)
            }
            previous = byte
            guard !name.isEmpty else { continue }
            if byte == UInt8(ascii: "&") { weights.define(name) } else { weights.use(name) }
            if weights.total > Self.maximumWeight { return true }
        }
        return false
    }

    /// Whether the text may be nested deeper than a parser's stack allows.
    static func isTooDeep(_ text: some Sequence<UInt8>) -> Bool {
        var brackets = 0
        var indent = 0
        var isIndenting = true
        for byte in text {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            default: break
            }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                isIndenting = true
                indent = 0
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                indent += isIndenting ? 1 : 0
            default: isIndenting = false
            }
            if brackets > Self.maximumBrackets || (isIndenting && indent > Self.maximumIndent) { return true }
        }
        return false
    }

    /// An anchor or alias begins a token, so a letter or digit before it makes it a part of something else.
    private static func startsToken(after byte: UInt8) -> Bool { !Self.isNameByte(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// How many bytes each anchor stands for.
///
/// What is anchored ends before its first use, so the distance between the two is an upper bound.
private struct AliasWeights {
    private enum Anchor {
        case defined(at: Int, isRepeated: Bool)
        case used(weight: Int)
    }

    var total = 0
    private var anchors: [[UInt8]: Anchor] = [:]

    mutating func define(_ name: [UInt8]) {
        self.anchors[name] = .defined(at: self.total, isRepeated: self.anchors[name] != nil)
    }

    mutating func use(_ name: [UInt8]) {
        switch self.anchors[name] {
        case .defined(let start, let isRepeated):
            let weight = self.total - start
            // A second anchor of one name may be used within itself, where the name still means the first one.
            if !isRepeated { self.anchors[name] = .used(weight: weight) }
            self.total = min(self.total + weight, YAMLGuard.maximumWeight + 1)
        case .used(let weight): self.total = min(self.total + weight, YAMLGuard.maximumWeight + 1)
        case nil: break
        }
    }
}
