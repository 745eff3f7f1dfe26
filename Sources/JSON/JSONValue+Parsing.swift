extension JSONValue {
    /// Parses a text that holds exactly one value, strictly after RFC 8259.
    ///
    /// Leading and trailing whitespace and a leading byte order mark are allowed; nothing else is. A surrogate escape without its
    /// other half becomes U+FFFD.
    ///
    /// - Throws: `JSONSyntaxError`.
    public init(parsing bytes: RawSpan, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        var builder = TreeBuilder()
        try Walk.document(bytes, limits: limits, &builder)
        self = builder.result
    }

    /// Parses an array of bytes, as `init(parsing:limits:)` for a span does.
    ///
    /// - Throws: `JSONSyntaxError`.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try self.init(parsing: bytes.span.bytes, limits: limits)
    }

    /// Parses the UTF-8 of a string, as `init(parsing:limits:)` for a span does.
    ///
    /// - Throws: `JSONSyntaxError`.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}

/// Builds the tree of what a walk tells; the containers that are still open wait on a stack of their own.
private struct TreeBuilder: WalkListener {
    private struct Open {
        let isObject: Bool
        let keyAround: String
        var elements: [JSONValue] = []
        var members: [JSONObject.Member] = []
    }

    private var open: [Open] = []
    private var key = ""
    private(set) var result = JSONValue.null

    mutating func open(isObject: Bool) {
        open.append(Open(isObject: isObject, keyAround: key))
    }

    mutating func key(_ contents: Range<Int>, of bytes: RawSpan) throws(JSONSyntaxError) {
        key = try StringDecoder.decode(contents, of: bytes)
    }

    mutating func scalar(_ range: Range<Int>, of bytes: RawSpan) throws(JSONSyntaxError) {
        switch bytes.byte(range.lowerBound) {
        case ByteClass.quote:
            add(.string(try StringDecoder.decode(range.lowerBound &+ 1..<range.upperBound &- 1, of: bytes)))
        case UInt8(ascii: "t"): add(true)
        case UInt8(ascii: "f"): add(false)
        case UInt8(ascii: "n"): add(.null)
        default: add(.number(JSONNumber(checked: try StringDecoder.decode(range, of: bytes))))
        }
    }

    mutating func close() {
        guard let closed = open.popLast() else { return }
        key = closed.keyAround
        add(closed.isObject ? .object(JSONObject(closed.members)) : .array(closed.elements))
    }

    private mutating func add(_ value: JSONValue) {
        guard let innermost = open.indices.last else {
            result = value
            return
        }
        if open[innermost].isObject {
            open[innermost].members.append(JSONObject.Member(key: key, value: value))
        } else {
            open[innermost].elements.append(value)
        }
    }
}
