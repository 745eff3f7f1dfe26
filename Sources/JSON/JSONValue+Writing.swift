extension JSONValue {
    /// The value as compact JSON text.
    public var bytes: [UInt8] {
        var buffer: [UInt8] = []
        write(into: &buffer)
        return buffer
    }

    /// Appends the value as compact JSON text: no whitespace, members and numerals as kept, UTF-8 unescaped.
    ///
    /// Needs no stack per level; values may be of any depth.
    public func write(into buffer: inout [UInt8]) {
        var writer = Writer()
        writer.begin(self, &buffer)
        while writer.step(&buffer) {}
    }
}

extension JSONObject {
    /// The object as compact JSON text.
    public var bytes: [UInt8] { JSONValue.object(self).bytes }

    /// Appends the object as compact JSON text.
    public func write(into buffer: inout [UInt8]) {
        JSONValue.object(self).write(into: &buffer)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact JSON text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Writes depth first with a stack of its own.
private struct Writer {
    private enum Open {
        case array([JSONValue], next: Int)
        case object([JSONObject.Member], next: Int)
    }

    private var open: [Open] = []

    /// Writes a scalar, or the opening bracket of a container whose contents `step` writes.
    mutating func begin(_ value: JSONValue, _ buffer: inout [UInt8]) {
        switch value {
        case .null: buffer.append("null")
        case .bool(let value): buffer.append(value ? "true" : "false")
        case .number(let number): buffer.append(contentsOf: number.literal.utf8)
        case .string(let string): JSONText.append(string: string, to: &buffer)
        case .array(let elements):
            buffer.append(ByteClass.openBracket)
            open.append(.array(elements, next: 0))
        case .object(let object):
            buffer.append(ByteClass.openBrace)
            open.append(.object(object.members, next: 0))
        }
    }

    /// Writes the next element or member of the innermost container, or closes it; false when nothing is open.
    mutating func step(_ buffer: inout [UInt8]) -> Bool {
        switch open.popLast() {
        case nil: return false
        case .array(let elements, let next):
            guard next < elements.count else {
                buffer.append(ByteClass.closeBracket)
                return true
            }
            if next > 0 { buffer.append(ByteClass.comma) }
            open.append(.array(elements, next: next + 1))
            begin(elements[next], &buffer)
        case .object(let members, let next):
            guard next < members.count else {
                buffer.append(ByteClass.closeBrace)
                return true
            }
            if next > 0 { buffer.append(ByteClass.comma) }
            open.append(.object(members, next: next + 1))
            JSONText.append(string: members[next].key, to: &buffer)
            buffer.append(ByteClass.colon)
            begin(members[next].value, &buffer)
        }
        return true
    }
}
