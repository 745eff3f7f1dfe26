/// Turns the text between two quotes into a string.
enum StringDecoder {
    /// Whether a backslash is in the range.
    static func hasEscape(_ range: Range<Int>, of bytes: RawSpan) -> Bool {
        for index in range where bytes.byte(index) == ByteClass.backslash { return true }
        return false
    }

    /// Decodes escapes and validates UTF-8; a surrogate without its other half becomes U+FFFD.
    static func decode(_ range: Range<Int>, of bytes: RawSpan) throws(JSONSyntaxError) -> String {
        let firstStop = Grammar.endOfPlainRun(bytes, range.lowerBound, range.upperBound)
        if firstStop == range.upperBound { return try plain(range, of: bytes) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let stop = Grammar.endOfPlainRun(bytes, index, range.upperBound)
            decoded.append(index..<stop, of: bytes)
            guard stop < range.upperBound else { break }
            guard bytes.byte(stop) == ByteClass.backslash else {
                throw JSONSyntaxError(offset: stop, reason: .unexpectedByte(bytes.byte(stop)))
            }
            index = try escape(bytes, at: stop, range.upperBound, into: &decoded)
        }
        if let text = String(validating: decoded, as: UTF8.self) { return text }
        throw JSONSyntaxError(offset: firstInvalidUTF8(range, of: bytes), reason: .invalidUTF8)
    }

    private static func plain(_ range: Range<Int>, of bytes: RawSpan) throws(JSONSyntaxError) -> String {
        let text = bytes.extracting(range).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        if let text { return text }
        throw JSONSyntaxError(offset: firstInvalidUTF8(range, of: bytes), reason: .invalidUTF8)
    }

    /// Appends what one escape, or a pair of surrogate escapes, stands for; gives the offset after it.
    private static func escape(
        _ bytes: RawSpan,
        at start: Int,
        _ end: Int,
        into decoded: inout [UInt8]
    ) throws(JSONSyntaxError) -> Int {
        let next = try Grammar.endOfEscape(bytes, start, end)
        switch bytes.byte(start &+ 1) {
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): return try unicodeEscape(bytes, at: start, next, end, into: &decoded)
        case let character: decoded.append(character)  // " \ /
        }
        return next
    }

    private static func unicodeEscape(
        _ bytes: RawSpan,
        at start: Int,
        _ next: Int,
        _ end: Int,
        into decoded: inout [UInt8]
    ) throws(JSONSyntaxError) -> Int {
        let first = codeUnit(bytes, at: start)
        if first & 0xFC00 == 0xD800, next &+ 6 <= end, bytes.byte(next) == ByteClass.backslash,
            bytes.byte(next &+ 1) == UInt8(ascii: "u")
        {
            let afterSecond = try Grammar.endOfEscape(bytes, next, end)
            let second = codeUnit(bytes, at: next)
            if second & 0xFC00 == 0xDC00 {
                append(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF, to: &decoded)
                return afterSecond
            }
        }
        append(first, to: &decoded)
        return next
    }

    /// The four digits of a `\u` escape that has been walked over.
    private static func codeUnit(_ bytes: RawSpan, at start: Int) -> UInt32 {
        var unit: UInt32 = 0
        for index in start &+ 2..<start &+ 6 {
            unit = unit << 4 | (ByteClass.hexadecimalValue(bytes.byte(index)) ?? 0)
        }
        return unit
    }

    private static func append(_ scalar: UInt32, to decoded: inout [UInt8]) {
        let scalar = Unicode.Scalar(scalar) ?? "\u{FFFD}"
        decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Where the first broken sequence begins; for error messages only.
    private static func firstInvalidUTF8(_ range: Range<Int>, of bytes: RawSpan) -> Int {
        var low = range.lowerBound
        while low < range.upperBound {
            let longest = min(4, range.upperBound &- low)
            let length = (1...longest).first { isOneScalar(low..<low &+ $0, of: bytes) }
            guard let length else { return low }
            low &+= length
        }
        return low
    }

    private static func isOneScalar(_ range: Range<Int>, of bytes: RawSpan) -> Bool {
        let text = bytes.extracting(range).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        return text?.unicodeScalars.count == 1
    }
}
