/// One field line of a head, as positions relative to the head's first byte.
public struct HeadField: Hashable, Sendable {
    @usableFromInline let nameStart: UInt32
    @usableFromInline let nameEnd: UInt32
    @usableFromInline let valueStart: UInt32
    @usableFromInline let valueEnd: UInt32
    /// Which field it is, if it is one the gateway knows.
    public let known: KnownField

    /// Where the name stands; never empty.
    @inlinable public var name: Range<Int> {
        Range(uncheckedBounds: (Int(nameStart), Int(nameEnd)))
    }

    /// Where the value stands, without the white space around it; may be empty.
    @inlinable public var value: Range<Int> {
        Range(uncheckedBounds: (Int(valueStart), Int(valueEnd)))
    }

    /// Positions come from a head of at most 1 GiB (``HeadLimits``), so they fit.
    @inline(__always)
    init(name: Range<Int>, value: Range<Int>, known: KnownField) {
        nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
        nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
        valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
        valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
        self.known = known
    }
}
