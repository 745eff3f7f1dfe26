/// Changes a value inside a text and leaves every other byte as it was.
public enum JSONSplice {
    /// Puts a new text where a value is.
    ///
    /// - Parameters:
    ///   - range: the value's text, as a scan gave it; cut to the bytes if it reaches outside.
    ///   - bytes: the whole text.
    ///   - text: one JSON value; it is not checked.
    /// - Returns: the changed text.
    public static func replace(valueAt range: Range<Int>, of bytes: RawSpan, with text: RawSpan) -> [UInt8] {
        let range = bytes.clamped(range)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.byteCount &- range.count &+ text.byteCount)
        result.append(0..<range.lowerBound, of: bytes)
        result.append(0..<text.byteCount, of: text)
        result.append(range.upperBound..<bytes.byteCount, of: bytes)
        return result
    }

    /// Puts a new text where a value is, as `replace(valueAt:of:with:)` for spans does.
    public static func replace(valueAt range: Range<Int>, of bytes: [UInt8], with text: [UInt8]) -> [UInt8] {
        replace(valueAt: range, of: bytes.span.bytes, with: text.span.bytes)
    }

    /// Replaces the value of a member of the object that a whole text is.
    ///
    /// If the member occurs more than once, all its values are replaced, so that a reader that takes the first and one that takes
    /// the last see the same.
    ///
    /// - Parameters:
    ///   - name: the member's name; one written with escapes is found too.
    ///   - text: one JSON value; it is not checked.
    ///   - bytes: the whole text.
    ///   - limits: what is refused.
    /// - Returns: the changed text, or nil if there is no such member.
    /// - Throws: `JSONSyntaxError` if the text is not an object.
    public static func replacing(
        member name: String,
        with text: [UInt8],
        in bytes: [UInt8],
        limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) -> [UInt8]? {
        let source = bytes.span.bytes
        var places: [Range<Int>] = []
        try JSONScanner.members(of: source, limits: limits) { key, value in
            if JSONScanner.matches(key: key, of: source, name) { places.append(value) }
        }
        guard !places.isEmpty else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + places.count * text.count)
        var end = 0
        for place in places {
            result.append(end..<place.lowerBound, of: source)
            result.append(contentsOf: text)
            end = place.upperBound
        }
        result.append(end..<bytes.count, of: source)
        return result
    }
}
