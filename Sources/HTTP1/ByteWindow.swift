/// The bytes a parser may look at: from the head's first byte to `end`, which a limit may put before the last byte.
///
/// The only place with raw loads. Every caller keeps its position below `end`, as the assertions say; the public entry
/// points make a window from a `RawSpan` and do not let it outlive the call.
struct ByteWindow {
    let base: UnsafeRawPointer
    let end: Int
    /// Whether the window ends because of a limit: what is not complete in it never will be.
    let isAtLimit: Bool

    @inline(__always)
    init(base: UnsafeRawPointer, count: Int, limit: Int) {
        self.base = base
        end = min(count, limit)
        isAtLimit = count >= limit
    }

    @inline(__always)
    subscript(_ index: Int) -> UInt8 {
        assert(index >= 0 && index < end)
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes, the first one in the lowest bits.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        assert(index >= 0 && index + 8 <= end)
        return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Whether `text` stands at `index`, which has as many bytes left.
    @inline(__always)
    func equals(_ text: StaticString, at index: Int) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount where self[index + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether the range holds `text`, which is in lower case, in any case.
    @inline(__always)
    func equalsIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset].lowercased != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether two ranges hold the same text in any case.
    func equalsIgnoringCase(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count
        where self[left.lowerBound + offset].lowercased != self[right.lowerBound + offset].lowercased {
            return false
        }
        return true
    }

    /// The range without spaces and tabs on both sides (OWS).
    ///
    /// Source: [RFC 9110, section 5.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3).
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isBlank { lower += 1 }
        while lower < upper, self[upper - 1].isBlank { upper -= 1 }
        return Range(uncheckedBounds: (lower, upper))
    }
}
