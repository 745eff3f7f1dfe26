/// Validates chunk extensions, `;name`, `;name=token` or `;name="text"`, and bounds them.
///
/// White space around `;` and `=`, which the grammar calls bad, is refused. A line feed in an extension ends the
/// line for some recipients and not for others, so no control character passes, not even in quotes.
/// Extensions that outweigh the data are an attack on whoever pays by the byte (CVE-2023-39326).
///
/// Source: [RFC 9112, section 7.1.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1.1).
struct ChunkExtension: Sendable {
    private enum State: UInt8 {
        case nameStart, name, valueStart, value, quoted, escaped, afterQuoted
    }

    /// How many bytes of extensions a body may have for nothing; beyond them each takes a byte of data.
    private static let allowance = 16384

    private var state = State.nameStart
    private var lineBytes = 0
    /// The bytes of extensions that no data has made up for.
    private var debt = 0

    /// A semicolon follows the chunk size.
    mutating func begin() {
        state = .nameStart
        lineBytes = 0
    }

    /// The line ends, and `size` bytes of data follow.
    @inline(__always)
    mutating func repay(_ size: Int) {
        if debt > 0 { debt = max(debt &- size, 0) }
    }

    /// Reads a byte.
    ///
    /// - Returns: whether it was the carriage return that ends the line.
    mutating func read(_ byte: UInt8) throws(HTTPSyntaxError) -> Bool {
        lineBytes &+= 1
        debt &+= 1
        guard lineBytes <= BodyDecoder.maximumExtensionBytes, debt <= Self.allowance else {
            throw .chunkExtensionTooLong
        }
        if byte == .lineFeed { throw .bareLineFeed }
        if byte == .carriageReturn {
            switch state {
            case .name, .value, .afterQuoted: return true
            default: throw .invalidChunkExtension
            }
        }
        guard let next = Self.next(state, byte) else { throw .invalidChunkExtension }
        state = next
        return false
    }

    private static func next(_ state: State, _ byte: UInt8) -> State? {
        let isSemicolon = byte == 0x3B
        switch state {
        case .nameStart: return byte.isToken ? .name : nil
        case .name: return byte.isToken ? .name : byte == 0x3D ? .valueStart : isSemicolon ? .nameStart : nil
        case .valueStart: return byte.isToken ? .value : byte == 0x22 ? .quoted : nil
        case .value: return byte.isToken ? .value : isSemicolon ? .nameStart : nil
        case .quoted:
            if byte == 0x22 { return .afterQuoted }
            if byte == 0x5C { return .escaped }
            return byte.isControl && byte != .tab ? nil : .quoted
        case .escaped: return byte.isControl && byte != .tab ? nil : .quoted
        case .afterQuoted: return isSemicolon ? .nameStart : nil
        }
    }
}
