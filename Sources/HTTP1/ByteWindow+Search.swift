/// Searches that look at eight bytes in a step.
///
/// A search keeps one flag bit for each byte. A borrow may set a false flag above a true one, never below it, so
/// the lowest flag is always true ([Bit Twiddling Hacks](https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord)).
extension ByteWindow {
    /// The first control character (tab included) at or after `start`, or `end`.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let flags = Self.below(word, 0x20) | Self.equal(word, 0x7F)
            if flags != 0 { return index &+ flags.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, !self[index].isControl { index &+= 1 }
        return index
    }

    /// The first byte at or after `start` that may not stand in a request target, or `end`.
    ///
    /// Control characters, space, `#`, DEL and everything that is not ASCII.
    @inline(__always)
    func firstForbiddenInTarget(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let flags =
                Self.below(word, 0x21) | Self.equal(word, 0x7F) | Self.equal(word, 0x23) | word & Self.highBits
            if flags != 0 { return index &+ flags.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, self[index].isAllowedInTarget { index &+= 1 }
        return index
    }

    /// Whether there is a line feed at or after `start`.
    func containsLineFeed(from start: Int) -> Bool {
        lineFeed(from: start) < end
    }

    /// The first line feed at or after `start`, or `end`.
    func lineFeed(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let flags = Self.equal(word(at: index), 0x0A)
            if flags != 0 { return index &+ flags.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, self[index] != .lineFeed { index &+= 1 }
        return index
    }

    private static var lowBits: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// Flags the ASCII bytes below `limit`, itself at most 0x80.
    @inline(__always)
    private static func below(_ word: UInt64, _ limit: UInt64) -> UInt64 {
        (word &- lowBits &* limit) & ~word & highBits
    }

    /// Flags the bytes equal to an ASCII `byte`.
    @inline(__always)
    private static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
        let difference = word ^ lowBits &* byte
        return (difference &- lowBits) & ~difference & highBits
    }
}
