/// Writes pieces of JSON text straight into a buffer.
public enum JSONText {
    /// Appends a string with its quotes, escaping what RFC 8259 section 7 demands and nothing else.
    public static func append(string: String, to buffer: inout [UInt8]) {
        buffer.append(ByteClass.quote)
        appendContents(of: string, to: &buffer)
        buffer.append(ByteClass.quote)
    }

    /// Appends a string's characters without quotes, escaped, so that a long string can be written in pieces.
    public static func appendContents(of string: String, to buffer: inout [UInt8]) {
        let done: Void? = string.utf8.withContiguousStorageIfAvailable { units in
            appendContents(ofUTF8: units.span.bytes, to: &buffer)
        }
        if done == nil { appendContents(ofUTF8: Array(string.utf8).span.bytes, to: &buffer) }
    }

    /// Appends UTF-8 bytes without quotes, escaped; they are not validated.
    ///
    /// A piece may end inside a character as long as the next piece goes on there.
    public static func appendContents(ofUTF8 bytes: RawSpan, to buffer: inout [UInt8]) {
        var index = 0
        while index < bytes.byteCount {
            let stop = Grammar.endOfPlainRun(bytes, index, bytes.byteCount)
            if stop > index { buffer.append(index..<stop, of: bytes) }
            guard stop < bytes.byteCount else { return }
            appendEscape(bytes.byte(stop), to: &buffer)
            index = stop &+ 1
        }
    }

    private static func appendEscape(_ byte: UInt8, to buffer: inout [UInt8]) {
        switch byte {
        case ByteClass.quote: buffer.append("\\\"")
        case ByteClass.backslash: buffer.append("\\\\")
        case 0x08: buffer.append("\\b")
        case 0x09: buffer.append("\\t")
        case 0x0A: buffer.append("\\n")
        case 0x0C: buffer.append("\\f")
        case 0x0D: buffer.append("\\r")
        default:
            buffer.append("\\u00")
            buffer.append(hexadecimalDigit(byte >> 4))
            buffer.append(hexadecimalDigit(byte & 0x0F))
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 &+ value : 0x57 &+ value
    }
}
