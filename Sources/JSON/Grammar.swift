/// The lexical rules of RFC 8259 over bytes; every function takes where to begin and the bound it may not reach.
///
/// UTF-8 validity is not looked at here: a byte from 0x80 up is a plain character of a string and an error elsewhere.
enum Grammar {
    @inline(__always)
    static func skipWhitespace(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, ByteClass.isWhitespace(bytes.byte(index)) { index &+= 1 }
        return index
    }

    /// The first offset that holds a quote, a backslash or a control character; `end` if none does.
    @inline(__always)
    static func endOfPlainRun(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let stops = ByteClass.stringStops(in: bytes.word(index))
            if stops != 0 { return index &+ stops.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end {
            let byte = bytes.byte(index)
            if byte < 0x20 || byte == ByteClass.quote || byte == ByteClass.backslash { return index }
            index &+= 1
        }
        return end
    }

    /// Walks over a string; `start` is just after the opening quote, the result is the offset of the closing one.
    static func closingQuote(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(JSONSyntaxError) -> Int {
        var index = endOfPlainRun(bytes, start, end)
        while index < end {
            let byte = bytes.byte(index)
            if byte == ByteClass.quote { return index }
            guard byte == ByteClass.backslash else {
                throw JSONSyntaxError(offset: index, reason: .bareControlCharacter(byte))
            }
            index = endOfPlainRun(bytes, try endOfEscape(bytes, index, end), end)
        }
        throw JSONSyntaxError(offset: end, reason: .unexpectedEnd)
    }

    /// Walks over one escape, whose backslash `start` is.
    ///
    /// A surrogate escape is one by itself (RFC 8259 section 8.2).
    static func endOfEscape(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(JSONSyntaxError) -> Int {
        let letter = start &+ 1
        guard letter < end else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
        switch bytes.byte(letter) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return letter &+ 1  // " \ / b f n r t
        case 0x75: break  // u
        default: throw JSONSyntaxError(offset: start, reason: .invalidEscape)
        }
        var index = letter &+ 1
        while index <= letter &+ 4 {
            guard index < end else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
            guard ByteClass.hexadecimalValue(bytes.byte(index)) != nil else {
                throw JSONSyntaxError(offset: start, reason: .invalidEscape)
            }
            index &+= 1
        }
        return index
    }

    /// Walks over a number; `start` holds its minus sign or first digit.
    static func endOfNumber(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(JSONSyntaxError) -> Int {
        var index = bytes.byte(start) == UInt8(ascii: "-") ? start &+ 1 : start
        if index < end, bytes.byte(index) == UInt8(ascii: "0") {
            index &+= 1
        } else {
            index = try endOfDigits(bytes, index, end)
        }
        if index < end, bytes.byte(index) == UInt8(ascii: ".") {
            index = try endOfDigits(bytes, index &+ 1, end)
        }
        guard index < end, bytes.byte(index) | 0x20 == UInt8(ascii: "e") else { return index }
        index &+= 1
        if index < end, bytes.byte(index) == UInt8(ascii: "+") || bytes.byte(index) == UInt8(ascii: "-") {
            index &+= 1
        }
        return try endOfDigits(bytes, index, end)
    }

    /// Walks over one digit or more.
    private static func endOfDigits(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(JSONSyntaxError) -> Int {
        var index = start
        while index < end, ByteClass.isDigit(bytes.byte(index)) { index &+= 1 }
        guard index > start else {
            throw JSONSyntaxError(offset: index, reason: index < end ? .invalidNumber : .unexpectedEnd)
        }
        return index
    }

    /// Walks over a value that is neither array nor object.
    @inline(__always)
    static func endOfScalar(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(JSONSyntaxError) -> Int {
        let byte = bytes.byte(start)
        switch byte {
        case ByteClass.quote: return try closingQuote(bytes, start &+ 1, end) &+ 1
        case 0x2D, 0x30...0x39: return try endOfNumber(bytes, start, end)
        case UInt8(ascii: "t"): return try endOfLiteral("true", bytes, start, end)
        case UInt8(ascii: "f"): return try endOfLiteral("false", bytes, start, end)
        case UInt8(ascii: "n"): return try endOfLiteral("null", bytes, start, end)
        default: throw JSONSyntaxError(offset: start, reason: .unexpectedByte(byte))
        }
    }

    private static func endOfLiteral(
        _ literal: StaticString,
        _ bytes: RawSpan,
        _ start: Int,
        _ end: Int
    ) throws(JSONSyntaxError) -> Int {
        let length = min(literal.utf8CodeUnitCount, end &- start)
        for index in 0..<length where literal.utf8Start[index] != bytes.byte(start &+ index) {
            throw JSONSyntaxError(offset: start, reason: .invalidLiteral)
        }
        guard length == literal.utf8CodeUnitCount else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
        return start &+ length
    }
}
