/// Turns the bytes of an event stream, cut anywhere, into events.
///
/// An event that lies whole inside the pushed bytes with one data line is visited in place; anything else goes through a
/// buffer of at most `maximumEventBytes`. The events are the same however the stream is cut.
///
/// ```swift
/// var parser = ServerSentEventParser()
/// try parser.push(bytes) { kind, name, data, end in … }
/// ```
///
/// Source: HTML Living Standard section 9.2, <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
public struct ServerSentEventParser: Sendable {
    /// What a visited block is.
    public enum Kind: Hashable, Sendable {
        /// At least one `data` line, possibly an empty one.
        case event
        /// Comment lines and nothing else: what servers send to keep a connection open.
        case comment
    }

    /// Gets a block.
    ///
    /// - Parameters:
    ///   - kind: event or comment. Blocks that have fields and no data are not visited, as the standard says.
    ///   - name: the value of the last `event` line; empty if there is none, which means `message`.
    ///   - data: the values of the `data` lines joined by LF; for a comment the text of its first line.
    ///   - end: the offset in the bytes pushed just after the block and its blank line, so that the stream can be cut there.
    ///     0 from `finish`. If a CRLF is itself cut, the offset is after its CR, and the LF opens the next push.
    public typealias Visit = (_ kind: Kind, _ name: RawSpan, _ data: RawSpan, _ end: Int) -> Void

    /// The greatest length of a block in bytes of the stream, its lines with their ends, without the blank line after it.
    public let maximumEventBytes: Int

    /// The value of the last `id` line of a finished block; empty if there was none yet.
    public private(set) var lastEventID: [UInt8] = []

    /// The value of the last `retry` line of a finished block that was a number of milliseconds of at most 15 digits.
    public private(set) var reconnectionTime: Duration?

    /// A block whose end has not been seen: its lines so far.
    private var carry: [UInt8] = []
    /// Where in the carry the line begins whose end has not been seen.
    private var carriedLine = 0
    /// Bytes of the stream in the carried block; the LF of a cut CRLF counts and is not carried.
    private var carriedBytes = 0
    /// The last byte carried was a CR that ended a line: an LF that comes next belongs to it.
    ///
    /// After a block that ended in CR nothing need be kept: an LF that comes next is a blank line, which means nothing there.
    private var endedWithReturn = false
    /// How many bytes of the byte order mark have been seen; 3 also when the stream does not begin with one.
    private var markBytes = 0

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Ends any carried block: after a line cut off, after LF, and after CR, where the first LF completes a CRLF.
    private static let blankLine: [UInt8] = [0x0A, 0x0A]
    /// A larger buffer is given back after its block, in bytes.
    private static let keptCapacity = 64 << 10

    /// Makes a parser at the beginning of a stream.
    ///
    /// - Parameter maximumEventBytes: the limit that bounds memory, 16 MiB unless told; a negative one counts as 0.
    public init(maximumEventBytes: Int = 16 << 20) {
        self.maximumEventBytes = max(maximumEventBytes, 0)
    }

    /// Reads the next bytes of the stream and visits every block that ends in them.
    ///
    /// - Throws: `ServerSentEventError` if a block is too long; blocks before it have been visited, and the parser is of no more use.
    public mutating func push(_ bytes: RawSpan, _ visit: Visit) throws(ServerSentEventError) {
        var index = skipMark(bytes)
        if endedWithReturn, index < bytes.byteCount {
            endedWithReturn = false
            if bytes.byte(index) == 0x0A {
                index &+= 1
                if !carry.isEmpty { try count(1) }
            }
        }
        if !carry.isEmpty { index = try pushCarried(bytes, from: index, visit) }
        while index < bytes.byteCount {
            var block = EventBlock(start: index)
            let blankLine = block.read(bytes)
            guard (blankLine ?? bytes.byteCount) &- index <= maximumEventBytes else { throw tooLarge }
            guard let blankLine else {
                try carryRest(bytes, from: index)
                return
            }
            index = bytes.afterLineEnd(at: blankLine)
            deliver(block, of: bytes, end: index, visit)
        }
    }

    /// Reads the next bytes of the stream from an array, as `push(_:_:)` for a span does.
    ///
    /// - Throws: `ServerSentEventError`.
    public mutating func push(_ bytes: [UInt8], _ visit: Visit) throws(ServerSentEventError) {
        try push(bytes.span.bytes, visit)
    }

    /// Ends the stream and visits a last block that was not followed by a blank line.
    ///
    /// The standard drops such a block; providers are seen to forget the blank line, so it is visited. It may be one that was cut
    /// off in the middle: a caller that minds looks whether its data is whole. The parser is then at the beginning of a new stream.
    public mutating func finish(_ visit: Visit) {
        let rest = carry
        self = ServerSentEventParser(lastEventID: lastEventID, self)
        guard !rest.isEmpty else { return }
        let bytes = rest + Self.blankLine
        var block = EventBlock(start: 0)
        if block.read(bytes.span.bytes) != nil { deliver(block, of: bytes.span.bytes, end: 0, visit) }
    }

    private init(lastEventID: [UInt8], _ previous: Self) {
        self.init(maximumEventBytes: previous.maximumEventBytes)
        self.lastEventID = lastEventID
        reconnectionTime = previous.reconnectionTime
    }
}

extension ServerSentEventParser {
    private var tooLarge: ServerSentEventError { .eventTooLarge(limit: maximumEventBytes) }

    /// Counts bytes of the carried block against the limit.
    private mutating func count(_ bytes: Int) throws(ServerSentEventError) {
        guard bytes <= maximumEventBytes &- carriedBytes else { throw tooLarge }
        carriedBytes &+= bytes
    }

    /// Goes past a byte order mark at the beginning of the stream; the mark may be cut as anything else.
    private mutating func skipMark(_ bytes: RawSpan) -> Int {
        var index = 0
        while markBytes < 3, index < bytes.byteCount {
            guard bytes.byte(index) == Self.mark[markBytes] else {
                // What looked like a mark opens the first line.
                if index < markBytes {
                    carry = Array(Self.mark[..<(markBytes &- index)])
                    carriedBytes = carry.count
                }
                markBytes = 3
                return 0
            }
            markBytes &+= 1
            index &+= 1
        }
        return index
    }

    /// Keeps the beginning of a block for the next push.
    private mutating func carryRest(_ bytes: RawSpan, from start: Int) throws(ServerSentEventError) {
        try count(bytes.byteCount &- start)
        carry.append(start..<bytes.byteCount, of: bytes)
        var line = start
        while let end = bytes.lineEnd(from: line) { line = bytes.afterLineEnd(at: end) }
        carriedLine = line &- start
        endedWithReturn = bytes.byte(bytes.byteCount &- 1) == 0x0D
    }

    /// Goes on with a carried block; looks for line ends in the new bytes only, so that many small pushes stay linear.
    ///
    /// - Returns: the offset after the block, or the number of bytes if it did not end.
    private mutating func pushCarried(
        _ bytes: RawSpan,
        from start: Int,
        _ visit: Visit
    ) throws(ServerSentEventError) -> Int {
        var index = start
        while let end = bytes.lineEnd(from: index) {
            let next = bytes.afterLineEnd(at: end)
            let isBlank = end == index && carriedLine == carry.count
            if isBlank {
                deliverCarried(end: next, visit)
                return next
            }
            try count(next &- index)
            carry.append(index..<end, of: bytes)
            carry.append(0x0A)
            carriedLine = carry.count
            index = next
        }
        if index < bytes.byteCount {
            try count(bytes.byteCount &- index)
            carry.append(index..<bytes.byteCount, of: bytes)
        }
        if bytes.byteCount > start { endedWithReturn = bytes.byte(bytes.byteCount &- 1) == 0x0D }
        return bytes.byteCount
    }

    private mutating func deliverCarried(end: Int, _ visit: Visit) {
        var bytes: [UInt8] = []
        swap(&bytes, &carry)
        carriedLine = 0
        carriedBytes = 0
        bytes.append(contentsOf: Self.blankLine)
        var block = EventBlock(start: 0)
        if block.read(bytes.span.bytes) != nil { deliver(block, of: bytes.span.bytes, end: end, visit) }
        guard bytes.capacity <= Self.keptCapacity else { return }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &carry)
    }

    @inline(__always)
    private mutating func deliver(_ block: EventBlock, of bytes: RawSpan, end: Int, _ visit: Visit) {
        if block.otherFields > 0 { keepFields(of: block, bytes) }
        if block.dataLines == 1 {
            visit(.event, bytes.extracting(block.name), bytes.extracting(block.data), end)
        } else if block.dataLines > 1 {
            var joined: [UInt8] = []
            block.joinData(of: bytes, into: &joined)
            visit(.event, bytes.extracting(block.name), joined.span.bytes, end)
        } else if block.comments > 0, block.otherFields == 0 {
            visit(.comment, bytes.extracting(0..<0), bytes.extracting(block.comment), end)
        }
    }

    /// Keeps `id` unless it holds NUL, and `retry` if it is digits only, as the standard says.
    private mutating func keepFields(of block: EventBlock, _ bytes: RawSpan) {
        if let id = block.id, !id.contains(where: { bytes.byte($0) == 0 }) {
            lastEventID.removeAll(keepingCapacity: true)
            lastEventID.append(id, of: bytes)
        }
        guard let retry = block.retry, !retry.isEmpty, retry.count <= 15 else { return }
        var milliseconds: Int64 = 0
        for index in retry {
            let digit = bytes.byte(index) &- 0x30
            guard digit < 10 else { return }
            milliseconds = milliseconds &* 10 &+ Int64(digit)
        }
        reconnectionTime = .milliseconds(milliseconds)
    }
}
