/// The values of the fields that frame a message.
extension ByteWindow {
    /// Whether a tab is part of the white space around a value, whose line is whole.
    ///
    /// Legal, but read in more than one way where it counts: llhttp takes `chunked` and a tab for an unknown coding.
    /// Source: [RFC 9110, section 5.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3).
    func hasTabBeside(_ field: HeadField) -> Bool {
        for index in field.name.upperBound..<field.value.lowerBound where self[index] == .tab { return true }
        var index = field.value.upperBound
        while self[index].isBlank {
            if self[index] == .tab { return true }
            index += 1
        }
        return false
    }

    /// Reads a Content-Length: digits only, without overflow, once.
    ///
    /// A list of equal values is legal to repair but nothing sane sends it, so it is refused.
    /// Source: [RFC 9110, section 8.6](https://www.rfc-editor.org/rfc/rfc9110#section-8.6).
    func contentLength(_ range: Range<Int>) throws(HTTPSyntaxError) -> Int {
        // Nineteen digits hold every Int; the last of them may overflow.
        guard !range.isEmpty, range.count <= 19 else { throw .invalidContentLength }
        var length = 0
        for index in range {
            let byte = self[index]
            if byte == .comma { throw .duplicateContentLength }
            guard byte.isDigit else { throw .invalidContentLength }
            let (product, overflows) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.addingReportingOverflow(Int(byte &- 0x30))
            guard !overflows, !overflowsToo else { throw .invalidContentLength }
            length = sum
        }
        return length
    }

    /// Accepts `chunked`, in any case, and nothing else.
    ///
    /// Other codings which end in `chunked` are legal but unknown here (501); a list in which `chunked` is not
    /// the last or not the only one of its kind is a fault, and so is whatever is not a list of tokens.
    /// Sources: [RFC 9112, section 6.1](https://www.rfc-editor.org/rfc/rfc9112#section-6.1),
    /// [section 7](https://www.rfc-editor.org/rfc/rfc9112#section-7).
    func checkTransferEncoding(_ range: Range<Int>) throws(HTTPSyntaxError) {
        if equalsIgnoringCase(range, "chunked") { return }
        guard !range.isEmpty else { throw .invalidTransferEncoding }
        var start = range.lowerBound
        var hasChunked = false
        while start <= range.upperBound {
            var stop = start
            while stop < range.upperBound, self[stop] != .comma { stop += 1 }
            let coding = trimmed(start..<stop)
            guard isToken(coding), !hasChunked else { throw .invalidTransferEncoding }
            hasChunked = equalsIgnoringCase(coding, "chunked")
            start = stop + 1
        }
        throw .unknownTransferCoding
    }

    /// Whether the range holds a token.
    func isToken(_ range: Range<Int>) -> Bool {
        for index in range where !self[index].isToken { return false }
        return !range.isEmpty
    }

    /// The options of one Connection field.
    func connectionOptions(_ range: Range<Int>) -> ConnectionOptions {
        if equalsIgnoringCase(range, "keep-alive") { return .keepAlive }
        var options: ConnectionOptions = []
        var elements = ListElements(self, range)
        while let element = elements.next() {
            if equalsIgnoringCase(element, "close") {
                options.insert(.close)
            } else if equalsIgnoringCase(element, "keep-alive") {
                options.insert(.keepAlive)
            } else if equalsIgnoringCase(element, "upgrade") {
                options.insert(.upgrade)
            }
        }
        return options
    }
}

/// What the Connection fields of a message ask for.
///
/// Source: [RFC 9110, section 7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1).
struct ConnectionOptions: OptionSet {
    let rawValue: UInt8

    static let close = ConnectionOptions(rawValue: 1)
    static let keepAlive = ConnectionOptions(rawValue: 2)
    static let upgrade = ConnectionOptions(rawValue: 4)
}

/// The elements of a comma-separated list without the white space around them; empty ones are passed over.
///
/// Source: [RFC 9110, section 5.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1).
struct ListElements {
    private let window: ByteWindow
    private let end: Int
    private var position: Int

    init(_ window: ByteWindow, _ range: Range<Int>) {
        self.window = window
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> Range<Int>? {
        while position < end {
            var stop = position
            while stop < end, window[stop] != .comma { stop += 1 }
            let element = window.trimmed(Range(uncheckedBounds: (position, stop)))
            position = stop + 1
            if !element.isEmpty { return element }
        }
        return nil
    }
}
