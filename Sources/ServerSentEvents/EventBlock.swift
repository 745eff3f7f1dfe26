/// The lines between two blank lines, as ranges in the bytes that hold them.
///
/// Source: HTML Living Standard section 9.2.6, "Interpreting an event stream".
struct EventBlock {
    /// What one line says.
    enum Field {
        case data, event, id, retry, comment, unknown
    }

    private(set) var start: Int
    private(set) var name = 0..<0
    /// The first data line; all of it unless there are more.
    private(set) var data = 0..<0
    private(set) var dataLines = 0
    private(set) var comment = 0..<0
    private(set) var comments = 0
    private(set) var otherFields = 0
    private(set) var id: Range<Int>?
    private(set) var retry: Range<Int>?

    init(start: Int) {
        self.start = start
    }

    /// Takes lines up to the blank one that ends the block, from the block's start on.
    ///
    /// - Returns: the offset of that blank line; nil if the bytes end before it.
    @inline(__always)
    mutating func read(_ bytes: RawSpan) -> Int? {
        var line = start
        while let end = bytes.lineEnd(from: line) {
            if end == line { return line }
            take(line..<end, of: bytes)
            line = bytes.afterLineEnd(at: end)
        }
        return nil
    }

    @inline(__always)
    private mutating func take(_ line: Range<Int>, of bytes: RawSpan) {
        let (field, value) = Self.split(line, of: bytes)
        switch field {
        case .data:
            if dataLines == 0 { data = value }
            dataLines &+= 1
        case .comment:
            if comments == 0 { comment = value }
            comments &+= 1
        case .event:
            name = value
            otherFields &+= 1
        case .id:
            id = value
            otherFields &+= 1
        case .retry:
            retry = value
            otherFields &+= 1
        case .unknown: otherFields &+= 1
        }
    }

    /// Appends all data lines joined by LF.
    func joinData(of bytes: RawSpan, into buffer: inout [UInt8]) {
        var line = start
        var isFirst = true
        while let end = bytes.lineEnd(from: line), end > line {
            let (field, value) = Self.split(line..<end, of: bytes)
            if case .data = field {
                if !isFirst { buffer.append(0x0A) }
                isFirst = false
                buffer.append(value, of: bytes)
            }
            line = bytes.afterLineEnd(at: end)
        }
    }

    /// Splits a line that is not empty at its first colon; one space after the colon belongs to neither side.
    @inline(__always)
    private static func split(_ line: Range<Int>, of bytes: RawSpan) -> (Field, value: Range<Int>) {
        var colon = line.lowerBound
        while colon < line.upperBound, bytes.byte(colon) != UInt8(ascii: ":") { colon &+= 1 }
        var value = min(colon &+ 1, line.upperBound)
        if value < line.upperBound, bytes.byte(value) == UInt8(ascii: " ") { value &+= 1 }
        return (field(named: line.lowerBound..<colon, of: bytes), value..<line.upperBound)
    }

    @inline(__always)
    private static func field(named name: Range<Int>, of bytes: RawSpan) -> Field {
        switch name.count {
        case 0: .comment
        case 2: bytes.equals(name, "id") ? .id : .unknown
        case 4: bytes.equals(name, "data") ? .data : .unknown
        case 5: bytes.equals(name, "event") ? .event : bytes.equals(name, "retry") ? .retry : .unknown
        default: .unknown
        }
    }
}
