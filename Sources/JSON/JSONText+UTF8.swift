extension JSONText {
    /// Whether bytes are valid UTF-8, as RFC 8259 §8.1 asks of JSON that leaves a closed system.
    ///
    /// ``JSONScanner`` does not look at it, so that nested values are not checked twice. ASCII is passed eight bytes a step.
    public static func isUTF8(_ bytes: RawSpan) -> Bool {
        var index = 0
        while index < bytes.byteCount {
            if index &+ 8 <= bytes.byteCount, bytes.word(index) & 0x8080_8080_8080_8080 == 0 {
                index &+= 8
                continue
            }
            let first = bytes.byte(index)
            guard first >= 0x80 else {
                index &+= 1
                continue
            }
            guard let length = Self.sequenceLength(first), index &+ length <= bytes.byteCount else { return false }
            guard Self.secondByteRange(first).contains(bytes.byte(index &+ 1)) else { return false }
            for offset in 2..<max(length, 2) where bytes.byte(index &+ offset) & 0xC0 != 0x80 { return false }
            index &+= length
        }
        return true
    }

    /// Unicode 16, table 3-7: well-formed byte sequences.
    private static func sequenceLength(_ first: UInt8) -> Int? {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: nil
        }
    }

    /// Rules out overlong forms, surrogates and what lies beyond U+10FFFF.
    private static func secondByteRange(_ first: UInt8) -> ClosedRange<UInt8> {
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    }
}
