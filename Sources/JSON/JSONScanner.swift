/// Walks a text in place and says where its members are, without building a tree.
///
/// Everything walked over is checked against the grammar of RFC 8259: structure, literals, numbers, and in strings control
/// characters and escapes. The one exception: UTF-8 is *not* validated inside strings, so a text with broken UTF-8 passes the scanner
/// and fails `JSONValue(parsing:)`. Nothing is allocated up to 64 levels; above that eight bytes for every 64 levels.
///
/// All ranges are byte offsets in the span given. A range that reaches outside is cut to it, never a trap.
public enum JSONScanner {
    /// Visits the members of the object that a whole text is, in the order written, duplicates included.
    ///
    /// Members are visited as they are found, so some visits may have happened when an error is thrown.
    ///
    /// - Parameters:
    ///   - bytes: the text: one object, with whitespace and a byte order mark allowed around it.
    ///   - limits: what is refused.
    ///   - visit: gets the range of the name between its quotes, escapes as written, and the range of the value's text with its
    ///     quotes or brackets and without whitespace around it.
    /// - Throws: `JSONSyntaxError`; `expectedObject` if the text is another kind of value.
    public static func members(
        of bytes: RawSpan,
        limits: JSONLimits = JSONLimits(),
        _ visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(JSONSyntaxError) {
        let start = try Walk.beginning(of: bytes, limits: limits)
        let walk = Walk(end: bytes.byteCount, maximumDepth: limits.maximumDepth)
        try walk.finish(bytes, after: try members(bytes, from: start, walk, visit))
    }

    /// Visits the members of an object that is a value inside a text, as `members(of:limits:_:)` does.
    ///
    /// - Parameters:
    ///   - range: the object's text, as a visit gave it; whitespace around it is allowed.
    ///   - bytes: the whole text.
    ///   - limits: what is refused; they hold for the range alone.
    ///   - visit: gets the ranges of the name and of the value, in the whole text.
    /// - Throws: `JSONSyntaxError` with offsets in the whole text.
    public static func members(
        in range: Range<Int>,
        of bytes: RawSpan,
        limits: JSONLimits = JSONLimits(),
        _ visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(JSONSyntaxError) {
        let (walk, start) = try part(range, of: bytes, limits: limits)
        try walk.finish(bytes, after: try members(bytes, from: start, walk, visit))
    }

    /// Visits the elements of an array that is a value inside a text; pass the whole range for a text that is an array.
    ///
    /// - Parameters:
    ///   - range: the array's text, as a visit gave it; whitespace around it is allowed.
    ///   - bytes: the whole text.
    ///   - limits: what is refused; they hold for the range alone.
    ///   - visit: gets the range of the element's text.
    /// - Throws: `JSONSyntaxError` with offsets in the whole text; `expectedArray` if another kind of value is there.
    public static func elements(
        in range: Range<Int>,
        of bytes: RawSpan,
        limits: JSONLimits = JSONLimits(),
        _ visit: (_ element: Range<Int>) -> Void
    ) throws(JSONSyntaxError) {
        let (walk, start) = try part(range, of: bytes, limits: limits)
        try walk.finish(bytes, after: try elements(bytes, from: start, walk, visit))
    }

    /// Checks that a text is exactly one value of any kind, UTF-8 aside.
    ///
    /// - Throws: `JSONSyntaxError`.
    public static func validate(_ bytes: RawSpan, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        var silence = Silence()
        try Walk.document(bytes, limits: limits, &silence)
    }

    private static func part(
        _ range: Range<Int>,
        of bytes: RawSpan,
        limits: JSONLimits
    ) throws(JSONSyntaxError) -> (Walk, start: Int) {
        let range = bytes.clamped(range)
        guard range.count <= limits.maximumBytes else {
            let offset = range.lowerBound + limits.maximumBytes
            throw JSONSyntaxError(offset: offset, reason: .tooLarge(limit: limits.maximumBytes))
        }
        let walk = Walk(end: range.upperBound, maximumDepth: limits.maximumDepth)
        return (walk, Grammar.skipWhitespace(bytes, range.lowerBound, range.upperBound))
    }

    private static func members(
        _ bytes: RawSpan,
        from start: Int,
        _ walk: Walk,
        _ visit: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(JSONSyntaxError) -> Int {
        var index = try open(ByteClass.openBrace, or: .expectedObject, bytes, at: start, walk)
        if index < walk.end, bytes.byte(index) == ByteClass.closeBrace { return index &+ 1 }
        var silence = Silence()
        while true {
            try walk.expect(ByteClass.quote, bytes, at: index)
            let closing = try Grammar.closingQuote(bytes, index &+ 1, walk.end)
            let colon = Grammar.skipWhitespace(bytes, closing &+ 1, walk.end)
            try walk.expect(ByteClass.colon, bytes, at: colon)
            let value = Grammar.skipWhitespace(bytes, colon &+ 1, walk.end)
            let end = try walk.value(bytes, from: value, depth: 1, &silence)
            visit(index &+ 1..<closing, value..<end)
            let next = Grammar.skipWhitespace(bytes, end, walk.end)
            if next < walk.end, bytes.byte(next) == ByteClass.closeBrace { return next &+ 1 }
            try walk.expect(ByteClass.comma, bytes, at: next)
            index = Grammar.skipWhitespace(bytes, next &+ 1, walk.end)
        }
    }

    private static func elements(
        _ bytes: RawSpan,
        from start: Int,
        _ walk: Walk,
        _ visit: (_ element: Range<Int>) -> Void
    ) throws(JSONSyntaxError) -> Int {
        var index = try open(ByteClass.openBracket, or: .expectedArray, bytes, at: start, walk)
        if index < walk.end, bytes.byte(index) == ByteClass.closeBracket { return index &+ 1 }
        var silence = Silence()
        while true {
            let end = try walk.value(bytes, from: index, depth: 1, &silence)
            visit(index..<end)
            let next = Grammar.skipWhitespace(bytes, end, walk.end)
            if next < walk.end, bytes.byte(next) == ByteClass.closeBracket { return next &+ 1 }
            try walk.expect(ByteClass.comma, bytes, at: next)
            index = Grammar.skipWhitespace(bytes, next &+ 1, walk.end)
        }
    }

    /// Goes past the opening bracket and the whitespace after it.
    private static func open(
        _ bracket: UInt8,
        or reason: JSONSyntaxError.Reason,
        _ bytes: RawSpan,
        at start: Int,
        _ walk: Walk
    ) throws(JSONSyntaxError) -> Int {
        guard start < walk.end else { throw JSONSyntaxError(offset: walk.end, reason: .unexpectedEnd) }
        guard bytes.byte(start) == bracket else { throw JSONSyntaxError(offset: start, reason: reason) }
        guard walk.maximumDepth > 0 else {
            throw JSONSyntaxError(offset: start, reason: .tooDeep(limit: walk.maximumDepth))
        }
        return Grammar.skipWhitespace(bytes, start &+ 1, walk.end)
    }
}
