extension Walk {
    /// Checks the length of a text and finds the first byte of its value, after a byte order mark and whitespace.
    ///
    /// RFC 8259 section 8.1 lets a parser ignore the mark.
    static func beginning(of bytes: RawSpan, limits: JSONLimits) throws(JSONSyntaxError) -> Int {
        let count = bytes.byteCount
        guard count <= limits.maximumBytes else {
            throw JSONSyntaxError(offset: limits.maximumBytes, reason: .tooLarge(limit: limits.maximumBytes))
        }
        let hasMark = count >= 3 && bytes.byte(0) == 0xEF && bytes.byte(1) == 0xBB && bytes.byte(2) == 0xBF
        return Grammar.skipWhitespace(bytes, hasMark ? 3 : 0, count)
    }

    /// Checks that nothing but whitespace follows a value.
    func finish(_ bytes: RawSpan, after index: Int) throws(JSONSyntaxError) {
        let rest = Grammar.skipWhitespace(bytes, index, end)
        guard rest == end else { throw JSONSyntaxError(offset: rest, reason: .trailingBytes) }
    }

    /// Walks over a text that holds exactly one value.
    static func document(
        _ bytes: RawSpan,
        limits: JSONLimits,
        _ listener: inout some WalkListener
    ) throws(JSONSyntaxError) {
        let start = try beginning(of: bytes, limits: limits)
        let walk = Walk(end: bytes.byteCount, maximumDepth: limits.maximumDepth)
        try walk.finish(bytes, after: try walk.value(bytes, from: start, depth: 0, &listener))
    }
}
