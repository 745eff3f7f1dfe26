/// Validates the trailer section as field lines, and bounds it; nothing of it is kept.
///
/// Fields about framing, routing or the connection must not be sent as trailers, since a recipient may merge trailers
/// into the head or act on them where they stand (llhttp closes on a Connection trailer); they are refused.
///
/// Sources: [RFC 9112, section 7.1.2](https://www.rfc-editor.org/rfc/rfc9112#section-7.1.2),
/// [RFC 9110, section 6.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1).
struct TrailerReader: Sendable {
    private enum State: UInt8 {
        case lineStart, name, value, valueLineFeed, lastLineFeed
    }

    private var state = State.lineStart
    private var count = 0
    /// How many bytes of the name have been read, and which forbidden names begin with them, one bit for each.
    private var nameLength = 0
    private var candidates: UInt8 = 0

    /// Reads a byte.
    ///
    /// - Returns: whether it was the last one of the body.
    mutating func read(_ byte: UInt8) throws(HTTPSyntaxError) -> Bool {
        count &+= 1
        guard count <= BodyDecoder.maximumTrailerBytes else { throw .trailersTooLarge }
        switch state {
        case .lineStart:
            if byte == .carriageReturn {
                state = .lastLineFeed
            } else {
                try readName(byte, isFirst: true)
            }
        case .name:
            try readName(byte, isFirst: false)
        case .value:
            if byte == .carriageReturn {
                state = .valueLineFeed
            } else if byte.isControl, byte != .tab {
                throw byte == .lineFeed ? .bareLineFeed : .invalidTrailer
            }
        case .valueLineFeed:
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            state = .lineStart
        case .lastLineFeed:
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            return true
        }
        return false
    }

    private mutating func readName(_ byte: UInt8, isFirst: Bool) throws(HTTPSyntaxError) {
        if byte.isToken {
            if isFirst { (nameLength, candidates) = (0, (1 &<< Self.forbiddenCount) &- 1) }
            narrow(byte)
            state = .name
        } else if byte == .colon, !isFirst {
            guard !isForbidden else { throw .invalidTrailer }
            state = .value
        } else {
            throw byte == .lineFeed ? .bareLineFeed : .invalidTrailer
        }
    }

    /// Strikes out the forbidden names which do not go on with `byte`.
    private mutating func narrow(_ byte: UInt8) {
        guard candidates != 0 else { return }
        for index in 0..<Self.forbiddenCount {
            let name = Self.forbidden(index)
            let goesOn = nameLength < name.utf8CodeUnitCount && name.utf8Start[nameLength] == byte.lowercased
            if !goesOn { candidates &= ~(1 &<< index) }
        }
        nameLength &+= 1
    }

    private var isForbidden: Bool {
        for index in 0..<Self.forbiddenCount where candidates & (1 &<< index) != 0 {
            if Self.forbidden(index).utf8CodeUnitCount == nameLength { return true }
        }
        return false
    }

    private static var forbiddenCount: UInt8 { 6 }

    private static func forbidden(_ index: UInt8) -> StaticString {
        switch index {
        case 0: "content-length"
        case 1: "transfer-encoding"
        case 2: "connection"
        case 3: "proxy-connection"
        case 4: "upgrade"
        default: "host"
        }
    }
}
