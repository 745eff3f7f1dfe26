/// Reads in bounds: every one is checked, so a mistake in an offset stops instead of reading foreign memory.
extension RawSpan {
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes, the first one lowest whatever the machine's byte order.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The part of a range that lies inside these bytes.
    func clamped(_ range: Range<Int>) -> Range<Int> {
        range.clamped(to: 0..<byteCount)
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
