/// The same for texts in arrays.
extension JSONScanner {
    /// Visits the members of the object that a whole text is, as the function for a span does.
    ///
    /// - Throws: `JSONSyntaxError`.
    public static func members(
        of bytes: [UInt8],
        limits: JSONLimits = JSONLimits(),
        _ visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(JSONSyntaxError) {
        try members(of: bytes.span.bytes, limits: limits, visit)
    }

    /// Visits the members of an object that is a value inside a text, as the function for a span does.
    ///
    /// - Throws: `JSONSyntaxError`.
    public static func members(
        in range: Range<Int>,
        of bytes: [UInt8],
        limits: JSONLimits = JSONLimits(),
        _ visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(JSONSyntaxError) {
        try members(in: range, of: bytes.span.bytes, limits: limits, visit)
    }

    /// Visits the elements of an array that is a value inside a text, as the function for a span does.
    ///
    /// - Throws: `JSONSyntaxError`.
    public static func elements(
        in range: Range<Int>,
        of bytes: [UInt8],
        limits: JSONLimits = JSONLimits(),
        _ visit: (_ element: Range<Int>) -> Void
    ) throws(JSONSyntaxError) {
        try elements(in: range, of: bytes.span.bytes, limits: limits, visit)
    }

    /// Checks that a text is exactly one value of any kind, UTF-8 aside.
    ///
    /// - Throws: `JSONSyntaxError`.
    public static func validate(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try validate(bytes.span.bytes, limits: limits)
    }

    /// The string at a value's range (quotes included), escapes decoded; nil if it is no string or not UTF-8.
    public static func string(at value: Range<Int>, of bytes: [UInt8]) -> String? {
        string(at: value, of: bytes.span.bytes)
    }

    /// The name at a key's range (without quotes), escapes decoded; nil if it is not UTF-8.
    public static func name(at key: Range<Int>, of bytes: [UInt8]) -> String? {
        name(at: key, of: bytes.span.bytes)
    }

    /// The boolean at a value's range; nil if it is none.
    public static func bool(at value: Range<Int>, of bytes: [UInt8]) -> Bool? {
        bool(at: value, of: bytes.span.bytes)
    }

    /// Whether the value is `null`.
    public static func isNull(at value: Range<Int>, of bytes: [UInt8]) -> Bool {
        isNull(at: value, of: bytes.span.bytes)
    }

    /// The integer at a value's range; nil if it is no number, has a fraction or an exponent, or does not fit 64 bits.
    public static func integer(at value: Range<Int>, of bytes: [UInt8]) -> Int? {
        integer(at: value, of: bytes.span.bytes)
    }

    /// The number at a value's range as the nearest `Double`; nil if it is no number or too large for one.
    public static func double(at value: Range<Int>, of bytes: [UInt8]) -> Double? {
        double(at: value, of: bytes.span.bytes)
    }

    /// Whether a key (without quotes) is this name; `mod\u0065l` is `model` too.
    public static func matches(key: Range<Int>, of bytes: [UInt8], _ name: StaticString) -> Bool {
        matches(key: key, of: bytes.span.bytes, name)
    }

    /// Whether a key (without quotes) is this name, compared by bytes after decoding; no Unicode equivalence.
    public static func matches(key: Range<Int>, of bytes: [UInt8], _ name: String) -> Bool {
        matches(key: key, of: bytes.span.bytes, name)
    }
}
