/// A number as it was written.
///
/// Two numbers are equal if they are spelled alike: `1`, `1.0` and `1e0` are three different ones, because a gateway that rewrites
/// numerals changes what the other side gets.
public struct JSONNumber: Hashable, Sendable {
    /// The spelling, in the grammar of RFC 8259 section 6.
    public let literal: String

    /// Takes a spelling; nil if it is outside the grammar of RFC 8259 section 6.
    public init?(literal: String) {
        let bytes = Array(literal.utf8)
        guard JSONScanner.isNumber(0..<bytes.count, of: bytes.span.bytes) else { return nil }
        self.literal = literal
    }

    /// Writes an integer of any width.
    public init(_ value: some BinaryInteger) {
        literal = String(value)
    }

    /// Writes the shortest spelling that reads back as the same value; nil for infinities and NaN, which JSON has not.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value.description
    }

    init(checked literal: String) {
        self.literal = literal
    }

    /// The value if it is spelled without fraction and exponent and fits; nil otherwise (`1.0` and `1e2` are nil).
    public var int: Int? { Int(literal) }

    /// The nearest `Double`; nil if the number is too large for one.
    public var double: Double? {
        guard let value = Double(literal), value.isFinite else { return nil }
        return value
    }
}

extension JSONNumber: ExpressibleByIntegerLiteral {
    /// Writes an integer literal.
    public init(integerLiteral value: Int) {
        self.init(value)
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The spelling.
    public var description: String { literal }
}
