/// Reads single values at ranges that a walk gave. All answer nil rather than trap when the text there is another kind.
extension JSONScanner {
    /// The string at a value's range (quotes included), escapes decoded; nil if it is no string or not UTF-8.
    ///
    /// A surrogate without its other half becomes U+FFFD.
    public static func string(at value: Range<Int>, of bytes: RawSpan) -> String? {
        let value = bytes.clamped(value)
        guard
            value.count >= 2,
            bytes.byte(value.lowerBound) == ByteClass.quote,
            bytes.byte(value.upperBound &- 1) == ByteClass.quote
        else { return nil }
        return try? StringDecoder.decode(value.lowerBound &+ 1..<value.upperBound &- 1, of: bytes)
    }

    /// The name at a key's range (without quotes), escapes decoded; nil if it is not UTF-8.
    public static func name(at key: Range<Int>, of bytes: RawSpan) -> String? {
        try? StringDecoder.decode(bytes.clamped(key), of: bytes)
    }

    /// The boolean at a value's range; nil if it is none.
    public static func bool(at value: Range<Int>, of bytes: RawSpan) -> Bool? {
        if equals(value, of: bytes, "true") { return true }
        return equals(value, of: bytes, "false") ? false : nil
    }

    /// Whether the value is `null`.
    public static func isNull(at value: Range<Int>, of bytes: RawSpan) -> Bool {
        equals(value, of: bytes, "null")
    }

    /// The integer at a value's range; nil if it is no number, has a fraction or an exponent, or does not fit 64 bits.
    public static func integer(at value: Range<Int>, of bytes: RawSpan) -> Int? {
        let value = bytes.clamped(value)
        guard isNumber(value, of: bytes) else { return nil }
        let isNegative = bytes.byte(value.lowerBound) == UInt8(ascii: "-")
        var result = 0
        for index in (isNegative ? value.lowerBound &+ 1 : value.lowerBound)..<value.upperBound {
            let byte = bytes.byte(index)
            guard ByteClass.isDigit(byte) else { return nil }
            let digit = Int(byte &- 0x30)
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(isNegative ? -digit : digit)
            guard !overflow, !overflows else { return nil }
            result = sum
        }
        return result
    }

    /// The number at a value's range as the nearest `Double`; nil if it is no number or too large for one.
    public static func double(at value: Range<Int>, of bytes: RawSpan) -> Double? {
        let value = bytes.clamped(value)
        guard
            isNumber(value, of: bytes),
            let text = try? StringDecoder.decode(value, of: bytes),
            let double = Double(text),
            double.isFinite
        else { return nil }
        return double
    }

    /// Whether a key (without quotes) is this name; `mod\u0065l` is `model` too.
    ///
    /// Fits the contents of a string value as well: take the quotes off its range.
    public static func matches(key: Range<Int>, of bytes: RawSpan, _ name: StaticString) -> Bool {
        let key = bytes.clamped(key)
        if equals(key, of: bytes, name) { return true }
        // An escape is always longer than what it stands for.
        guard key.count > name.utf8CodeUnitCount, StringDecoder.hasEscape(key, of: bytes) else { return false }
        guard let decoded = try? StringDecoder.decode(key, of: bytes) else { return false }
        return name.withUTF8Buffer { decoded.utf8.elementsEqual($0) }
    }

    /// Whether a key (without quotes) is this name, compared by bytes after decoding; no Unicode equivalence.
    public static func matches(key: Range<Int>, of bytes: RawSpan, _ name: String) -> Bool {
        let key = bytes.clamped(key)
        if key.count == name.utf8.count {
            return zip(key, name.utf8).allSatisfy { bytes.byte($0) == $1 }
        }
        guard key.count > name.utf8.count, StringDecoder.hasEscape(key, of: bytes) else { return false }
        guard let decoded = try? StringDecoder.decode(key, of: bytes) else { return false }
        return decoded.utf8.elementsEqual(name.utf8)
    }

    /// Whether the bytes of a range are exactly these.
    private static func equals(_ range: Range<Int>, of bytes: RawSpan, _ text: StaticString) -> Bool {
        let range = bytes.clamped(range)
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where bytes.byte(range.lowerBound &+ index) != text.utf8Start[index] {
            return false
        }
        return true
    }

    static func isNumber(_ range: Range<Int>, of bytes: RawSpan) -> Bool {
        guard !range.isEmpty else { return false }
        return (try? Grammar.endOfNumber(bytes, range.lowerBound, range.upperBound)) == range.upperBound
    }
}
