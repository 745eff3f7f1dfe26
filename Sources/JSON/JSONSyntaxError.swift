/// Why a text is not the JSON that was asked for, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public enum Reason: Hashable, Sendable {
        /// The text ended inside a value, or held no value at all.
        case unexpectedEnd
        /// A byte that no rule allows at this place.
        case unexpectedByte(UInt8)
        /// A letter sequence other than `true`, `false` and `null`.
        case invalidLiteral
        /// A number outside the grammar of RFC 8259 section 6.
        case invalidNumber
        /// A backslash followed by something that is no escape of RFC 8259 section 7.
        case invalidEscape
        /// A byte below 0x20 inside a string; it must be written as an escape.
        case bareControlCharacter(UInt8)
        /// Bytes that are not UTF-8 (RFC 3629).
        case invalidUTF8
        /// Something other than whitespace after the value.
        case trailingBytes
        /// More arrays and objects inside one another than the limit given, in levels.
        case tooDeep(limit: Int)
        /// A text longer than the limit given, in bytes.
        case tooLarge(limit: Int)
        /// An object was asked for and another kind of value is there.
        case expectedObject
        /// An array was asked for and another kind of value is there.
        case expectedArray
    }

    /// Where the rule was broken: bytes from the beginning of the text.
    public let offset: Int

    /// The rule that was broken.
    public let reason: Reason

    /// Makes an error; the parsers do.
    public init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// One sentence for a person, such as `unexpected byte 0x7D at offset 12`; never quotes more than one byte.
    public var description: String { "\(reason) at offset \(offset)" }
}

extension JSONSyntaxError.Reason: CustomStringConvertible {
    /// The reason as a clause without the place.
    public var description: String {
        switch self {
        case .unexpectedEnd: "unexpected end of text"
        case .unexpectedByte(let byte): "unexpected byte \(Self.hexadecimal(byte))"
        case .invalidLiteral: "invalid literal"
        case .invalidNumber: "invalid number"
        case .invalidEscape: "invalid escape in a string"
        case .bareControlCharacter(let byte): "bare control character \(Self.hexadecimal(byte)) in a string"
        case .invalidUTF8: "invalid UTF-8"
        case .trailingBytes: "something follows the value"
        case .tooDeep(let limit): "more than \(limit) levels of nesting"
        case .tooLarge(let limit): "more than \(limit) bytes"
        case .expectedObject: "expected an object"
        case .expectedArray: "expected an array"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16, uppercase: true)
    }
}
