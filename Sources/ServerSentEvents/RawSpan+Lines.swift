/// Reads in bounds: every one is checked, so a mistake in an offset stops instead of reading foreign memory.
extension RawSpan {
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The first offset from `start` on that holds CR or LF; nil if none does.
    ///
    /// Eight bytes a step. The lowest mark is exact, because a subtraction borrows only upwards and only from a byte that is itself
    /// marked (Bit Twiddling Hacks, "Determine if a word has a zero byte").
    @inline(__always)
    func lineEnd(from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        while index &+ 8 <= byteCount {
            let word = UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let feeds = word ^ (ones &* 0x0A)
            let returns = word ^ (ones &* 0x0D)
            let marks = (((feeds &- ones) & ~feeds) | ((returns &- ones) & ~returns)) & (ones &* 0x80)
            if marks != 0 { return index &+ marks.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < byteCount {
            let byte = byte(index)
            if byte == 0x0A || byte == 0x0D { return index }
            index &+= 1
        }
        return nil
    }

    /// Just after the line end at an offset: two bytes for CRLF, one for CR or LF.
    @inline(__always)
    func afterLineEnd(at index: Int) -> Int {
        let isPair = byte(index) == 0x0D && index &+ 1 < byteCount && byte(index &+ 1) == 0x0A
        return isPair ? index &+ 2 : index &+ 1
    }

    /// Whether the bytes of a range are exactly these.
    @inline(__always)
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where byte(range.lowerBound &+ index) != text.utf8Start[index] {
            return false
        }
        return true
    }
}

extension [UInt8] {
    mutating func append(_ range: Range<Int>, of bytes: RawSpan) {
        bytes.extracting(range).withUnsafeBytes { append(contentsOf: $0) }
    }

    mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { append(contentsOf: $0) }
    }
}
