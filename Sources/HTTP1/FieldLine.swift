/// One line of a field section.
///
/// Source: [RFC 9112, section 5](https://www.rfc-editor.org/rfc/rfc9112#section-5).
enum FieldLine {
    /// The line runs to the end of the window.
    case incomplete
    /// A field, and where the next line begins.
    case field(HeadField, next: Int)
    /// The empty line that ends the section, and where the body begins.
    case end(next: Int)

    /// Reads the line at `start`.
    ///
    /// - Throws: what is wrong with it. That is only final once the line's own line feed is in the window.
    @inline(__always)
    init(_ window: ByteWindow, at start: Int) throws(HTTPSyntaxError) {
        let nameEnd = Self.nameEnd(window, from: start)
        guard nameEnd < window.end else {
            self = .incomplete
            return
        }
        guard window[nameEnd] == .colon, nameEnd > start else {
            self = try Self.withoutName(window, start, nameEnd)
            return
        }
        let name = FieldName(window: window, range: Range(uncheckedBounds: (start, nameEnd)))
        let known = try name.recognise()

        var valueStart = nameEnd &+ 1
        while valueStart < window.end, window[valueStart].isBlank { valueStart &+= 1 }
        let lineEnd = Self.valueEnd(window, from: valueStart)
        guard lineEnd &+ 1 < window.end else {
            self = try Self.cutShort(window, lineEnd)
            return
        }
        guard window[lineEnd] == .carriageReturn, window[lineEnd &+ 1] == .lineFeed else {
            throw Self.fault(window, lineEnd, else: .invalidFieldValue)
        }
        var valueEnd = lineEnd
        while valueEnd > valueStart, window[valueEnd &- 1].isBlank { valueEnd &-= 1 }
        let value = Range(uncheckedBounds: (valueStart, valueEnd))
        self = .field(HeadField(name: name.range, value: value, known: known), next: lineEnd &+ 2)
    }

    /// The first byte at or after `start` that is a colon, a space or a control character below it.
    @inline(__always)
    private static func nameEnd(_ window: ByteWindow, from start: Int) -> Int {
        var index = start
        while index < window.end, window[index] > .space, window[index] != .colon { index &+= 1 }
        return index
    }

    /// The first control character that is not a tab.
    @inline(__always)
    private static func valueEnd(_ window: ByteWindow, from start: Int) -> Int {
        var index = window.firstControl(from: start)
        while index < window.end, window[index] == .tab { index = window.firstControl(from: index &+ 1) }
        return index
    }

    /// The line has a last byte at most after its value: a carriage return, a fault, or nothing yet.
    private static func cutShort(_ window: ByteWindow, _ lineEnd: Int) throws(HTTPSyntaxError) -> FieldLine {
        guard lineEnd < window.end, window[lineEnd] != .carriageReturn else { return .incomplete }
        throw fault(window, lineEnd, else: .invalidFieldValue)
    }

    /// A line whose beginning is not a name and a colon; `position` stands on the byte in the way.
    ///
    /// Sources: [RFC 9112, section 5.1](https://www.rfc-editor.org/rfc/rfc9112#section-5.1) (white space before the colon),
    /// [section 5.2](https://www.rfc-editor.org/rfc/rfc9112#section-5.2) (folding),
    /// [section 2.2](https://www.rfc-editor.org/rfc/rfc9112#section-2.2) (white space before the first field, bare CR).
    private static func withoutName(
        _ window: ByteWindow,
        _ start: Int,
        _ position: Int
    ) throws(HTTPSyntaxError) -> FieldLine {
        let byte = window[position]
        if byte == .colon { throw .emptyFieldName }
        if byte == .carriageReturn {
            guard position &+ 1 < window.end else { return .incomplete }
            guard window[position &+ 1] == .lineFeed else { throw .bareCarriageReturn }
            if position > start { throw .missingColon }
            return .end(next: position &+ 2)
        }
        if byte.isBlank {
            if position == start { throw .foldedField }
            var after = position
            while after < window.end, window[after].isBlank { after &+= 1 }
            if after < window.end, window[after] == .colon { throw .whitespaceBeforeColon }
        }
        throw fault(window, position, else: .invalidFieldName)
    }

    /// Names the fault of the byte at `position`: of a line end if it is one, else `other`.
    private static func fault(_ window: ByteWindow, _ position: Int, else other: HTTPSyntaxError) -> HTTPSyntaxError {
        switch window[position] {
        case .carriageReturn: .bareCarriageReturn
        case .lineFeed: .bareLineFeed
        default: other
        }
    }
}
