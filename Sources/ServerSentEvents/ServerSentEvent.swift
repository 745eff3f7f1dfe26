/// One event to be written to a stream.
///
/// Source: HTML Living Standard section 9.2.5, <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
public struct ServerSentEvent: Hashable, Sendable {
    /// The `event` field; nil leaves it out, which readers take as `message`.
    public var name: String?
    /// The `data` field, one line for each line of it; nil leaves it out.
    public var data: String?
    /// The `id` field; nil leaves it out.
    public var id: String?
    /// The `retry` field, written in whole milliseconds; nil or a negative one leaves it out.
    public var retry: Duration?
    /// A comment before the fields, one line for each line of it; nil leaves it out.
    public var comment: String?

    /// Makes an event of the fields told.
    public init(
        name: String? = nil,
        data: String? = nil,
        id: String? = nil,
        retry: Duration? = nil,
        comment: String? = nil
    ) {
        self.name = name
        self.data = data
        self.id = id
        self.retry = retry
        self.comment = comment
    }

    /// The event as bytes of a stream.
    public var bytes: [UInt8] {
        var buffer: [UInt8] = []
        write(into: &buffer)
        return buffer
    }

    /// Appends the event with the blank line that ends it.
    ///
    /// CR, LF and CRLF in the data all become line ends, which readers give back as LF. Line ends in `name` and `id`, and NUL in `id`,
    /// cannot be said in the grammar; they are left out, so that no field can open another one.
    public func write(into buffer: inout [UInt8]) {
        if let comment { Self.appendLines(Array(comment.utf8).span.bytes, prefix: ":", to: &buffer) }
        if let name { Self.appendField("event: ", name, to: &buffer) }
        if let data { Self.appendLines(Array(data.utf8).span.bytes, prefix: "data:", to: &buffer) }
        if let id { Self.appendField("id: ", id, to: &buffer) }
        if let retry, retry >= .zero {
            let (seconds, attoseconds) = retry.components
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            if !overflow {
                Self.appendField("retry: ", String(whole &+ attoseconds / 1_000_000_000_000_000), to: &buffer)
            }
        }
        buffer.append(0x0A)
    }

    /// Appends an event of a name and data that are bytes already, with the blank line that ends it.
    ///
    /// - Parameters:
    ///   - name: the `event` field, a single line; empty leaves it out.
    ///   - data: UTF-8, written as one `data` line for each of its lines.
    ///   - buffer: where it is appended.
    public static func append(name: StaticString = "", data: RawSpan, to buffer: inout [UInt8]) {
        if name.utf8CodeUnitCount > 0 {
            buffer.append("event: ")
            buffer.append(name)
            buffer.append(0x0A)
        }
        appendLines(data, prefix: "data:", to: &buffer)
        buffer.append(0x0A)
    }

    private static func appendField(_ prefix: StaticString, _ value: String, to buffer: inout [UInt8]) {
        buffer.append(prefix)
        for byte in value.utf8 where byte != 0x0A && byte != 0x0D && byte != 0 { buffer.append(byte) }
        buffer.append(0x0A)
    }

    private static func appendLines(_ text: RawSpan, prefix: StaticString, to buffer: inout [UInt8]) {
        var line = 0
        while true {
            let end = text.lineEnd(from: line)
            buffer.append(prefix)
            buffer.append(0x20)
            buffer.append(line..<(end ?? text.byteCount), of: text)
            buffer.append(0x0A)
            guard let end else { return }
            line = text.afterLineEnd(at: end)
        }
    }
}
