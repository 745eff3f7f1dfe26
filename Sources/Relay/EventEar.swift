import Dialects
import ServerSentEvents

/// Hears the events of one attempt's stream and keeps count.
struct EventEar: Sendable {
    /// Before content, no more events than this are held back.
    static let maximumHeldEvents = 64
    /// Before content, no more bytes than this are held back.
    static let maximumHeldBytes = 256 << 10

    private(set) var watcher: StreamWatcher
    /// Events so far, comments left out.
    private(set) var events = 0
    /// Where events stand that were not what the dialect allows; they are left out of what is passed on.
    private(set) var omissions: [Range<Int>] = []
    /// Whether a part of the answer has come.
    private(set) var hasContent = false
    /// The provider's own report of a failure.
    private(set) var failure: UpstreamMessage?
    /// Its event's data.
    private(set) var failureData: [UInt8] = []
    /// Bytes of the stream up to the end of the last event that may be passed on.
    private(set) var passableBytes = 0
    /// Bytes of the stream up to the end of the failure event.
    private(set) var failureEnd = 0
    /// Elements made of events, when the client gets an array.
    var elements: [UInt8] = []

    private let form: StreamForm
    private var elementCount = 0

    init(_ watcher: StreamWatcher, form: StreamForm) {
        self.watcher = watcher
        self.form = form
    }

    /// Reads bytes that begin at `base` bytes into the stream.
    static func push(
        _ bytes: RawSpan,
        at base: Int,
        parser: inout ServerSentEventParser,
        ear: inout EventEar
    ) throws(ServerSentEventError) -> Bool {
        let before = ear.events
        try parser.push(bytes) { kind, name, data, end in
            ear.take(kind, name: name, data: data, end: base + end)
        }
        return ear.events > before
    }

    /// Reads what is left at the end of the stream.
    ///
    /// - Returns: Whether a last event or comment had no blank line after it.
    static func finish(parser: inout ServerSentEventParser, ear: inout EventEar, received: Int) -> Bool {
        let before = ear.passableBytes
        parser.finish { kind, name, data, _ in ear.take(kind, name: name, data: data, end: received) }
        return ear.passableBytes > before
    }

    private mutating func take(_ kind: ServerSentEventParser.Kind, name: RawSpan, data: RawSpan, end: Int) {
        guard self.failure == nil, self.watcher.progress != .ended else { return }
        guard kind == .event else {
            self.passableBytes = end
            return
        }
        self.events += 1
        switch self.watcher.hear(name: name, data: data) {
        case .preamble: break
        case .content: self.hasContent = true
        case .malformed:
            self.omissions.append(self.passableBytes..<max(end, self.passableBytes))
            self.passableBytes = end
            return
        case .failure(let message):
            self.failure = message
            self.failureData = data.withUnsafeBytes { Array($0) }
            self.failureEnd = end
            return
        }
        self.passableBytes = end
        if self.form == .jsonArray { self.append(element: data) }
    }

    private mutating func append(element data: RawSpan) {
        self.elements.append(contentsOf: self.elementCount == 0 ? "[".utf8 : "\r\n,".utf8)
        data.withUnsafeBytes { self.elements.append(contentsOf: $0) }
        self.elementCount += 1
    }

    /// What ends the array, after a last element if there is one.
    mutating func closeArray(with element: [UInt8]? = nil) -> [UInt8] {
        if let element { self.append(element: element.span.bytes) }
        defer { self.elements = [] }
        return self.elements + Array(self.elementCount == 0 ? "[]".utf8 : "]".utf8)
    }

    /// Whether enough is held back that it must go out, content or not.
    func holdsTooMuch(_ bytes: Int) -> Bool {
        self.events > Self.maximumHeldEvents || bytes > Self.maximumHeldBytes
    }
}
