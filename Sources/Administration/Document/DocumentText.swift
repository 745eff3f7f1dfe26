import Configuration
import Yams

/// How values are spelled in a configuration file.
enum DocumentText {
    /// A number of seconds without trailing zeros.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return String(seconds) }
        var digits = String(milliseconds + 1000).dropFirst()
        while digits.hasSuffix("0") { digits = digits.dropLast() }
        return "\(seconds).\(digits)"
    }

    /// A text in such quotes that every YAML parser reads it back as the same text, dollar signs doubled.
    static func node(_ text: String) -> Node {
        let escaped = EnvironmentExpansion.escaping(text)
        return Node(escaped, .implicit, Self.isPlain(escaped) ? .plain : .doubleQuoted)
    }

    /// A number or a word of YAML's own.
    static func plain(_ text: String) -> Node { Node(text, .implicit, .plain) }

    /// Whether a text means itself without quotes, in YAML 1.1 and 1.2, with room to spare.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, Self.isLetter(first), !Self.words.contains(text.lowercased()) else {
            return false
        }
        let isClean = text.utf8.allSatisfy { byte in
            Self.isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "-._/:@+ ".utf8.contains(byte)
        }
        return isClean && !text.hasSuffix(" ") && !text.hasSuffix(":") && !text.contains(": ")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"]
}
