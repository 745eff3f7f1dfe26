/// What a walk over one value tells: the tree builder listens, the scanner does not.
protocol WalkListener {
    mutating func open(isObject: Bool)
    mutating func key(_ contents: Range<Int>, of bytes: RawSpan) throws(JSONSyntaxError)
    mutating func scalar(_ range: Range<Int>, of bytes: RawSpan) throws(JSONSyntaxError)
    mutating func close()
}

/// A listener that wants nothing, so that the walk only checks the grammar.
struct Silence: WalkListener {
    @inline(__always)
    mutating func open(isObject: Bool) {}
    @inline(__always)
    mutating func key(_ contents: Range<Int>, of bytes: RawSpan) {}
    @inline(__always)
    mutating func scalar(_ range: Range<Int>, of bytes: RawSpan) {}
    @inline(__always)
    mutating func close() {}
}

/// Walks over one value, strictly and without recursion; parser and scanner share it, so they accept the same texts.
struct Walk {
    /// The offset that may not be reached.
    let end: Int
    /// Levels allowed.
    let maximumDepth: Int

    /// Walks from the first byte of a value to just after its last; `depth` levels are open around it already.
    @inline(__always)
    func value(
        _ bytes: RawSpan,
        from start: Int,
        depth: Int,
        _ listener: inout some WalkListener
    ) throws(JSONSyntaxError) -> Int {
        guard start < end else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
        if bytes.byte(start) | 0x20 == ByteClass.openBrace {  // both brackets and both braces differ in this bit only
            return try container(bytes, from: start, depth: depth, &listener)
        }
        let index = try Grammar.endOfScalar(bytes, start, end)
        try listener.scalar(start..<index, of: bytes)
        return index
    }

    /// Walks over an array or an object, everything inside included.
    private func container(
        _ bytes: RawSpan,
        from start: Int,
        depth: Int,
        _ listener: inout some WalkListener
    ) throws(JSONSyntaxError) -> Int {
        var open = ContainerStack()
        var index = start
        while true {
            guard index < end else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
            let byte = bytes.byte(index)
            if byte == ByteClass.openBrace || byte == ByteClass.openBracket {
                guard depth &+ open.depth < maximumDepth else {
                    throw JSONSyntaxError(offset: index, reason: .tooDeep(limit: maximumDepth))
                }
                let isObject = byte == ByteClass.openBrace
                open.push(isObject: isObject)
                listener.open(isObject: isObject)
                index = Grammar.skipWhitespace(bytes, index &+ 1, end)
                let isEmpty = index < end && bytes.byte(index) == byte &+ 2  // the closing one is two above, in ASCII
                if !isEmpty {
                    if isObject { index = try key(bytes, from: index, &listener) }
                    continue
                }
            } else {
                let start = index
                index = try Grammar.endOfScalar(bytes, start, end)
                try listener.scalar(start..<index, of: bytes)
            }
            index = try closings(bytes, from: index, &open, &listener)
            if open.depth == 0 { return index }
            if open.isInObject { index = try key(bytes, from: index, &listener) }
        }
    }

    /// After a value: closes what closes here, and goes past the comma to the next member or element.
    @inline(__always)
    private func closings(
        _ bytes: RawSpan,
        from start: Int,
        _ open: inout ContainerStack,
        _ listener: inout some WalkListener
    ) throws(JSONSyntaxError) -> Int {
        var index = start
        while open.depth > 0 {
            index = Grammar.skipWhitespace(bytes, index, end)
            guard index < end else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
            let byte = bytes.byte(index)
            if byte == ByteClass.comma { return Grammar.skipWhitespace(bytes, index &+ 1, end) }
            guard byte == (open.isInObject ? ByteClass.closeBrace : ByteClass.closeBracket) else {
                throw JSONSyntaxError(offset: index, reason: .unexpectedByte(byte))
            }
            index &+= 1
            open.pop()
            listener.close()
        }
        return index
    }

    /// Walks over a member's name and its colon, up to the first byte of its value.
    @inline(__always)
    func key(
        _ bytes: RawSpan,
        from start: Int,
        _ listener: inout some WalkListener
    ) throws(JSONSyntaxError) -> Int {
        try expect(ByteClass.quote, bytes, at: start)
        let closing = try Grammar.closingQuote(bytes, start &+ 1, end)
        try listener.key(start &+ 1..<closing, of: bytes)
        let colon = Grammar.skipWhitespace(bytes, closing &+ 1, end)
        try expect(ByteClass.colon, bytes, at: colon)
        return Grammar.skipWhitespace(bytes, colon &+ 1, end)
    }

    @inline(__always)
    func expect(_ byte: UInt8, _ bytes: RawSpan, at index: Int) throws(JSONSyntaxError) {
        guard index < end else { throw JSONSyntaxError(offset: end, reason: .unexpectedEnd) }
        guard bytes.byte(index) == byte else {
            throw JSONSyntaxError(offset: index, reason: .unexpectedByte(bytes.byte(index)))
        }
    }
}
