/// Reads what stands between the data of chunks, one byte after the other, so that it can be cut anywhere.
///
/// Source: [RFC 9112, section 7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1).
struct ChunkReader: Sendable {
    enum Outcome {
        case needMore
        /// The data of a chunk follows, this many bytes and never 0.
        case data(Int)
        case end
    }

    private enum State: UInt8 {
        case size, sizeLineFeed, chunkExtension
        case dataCarriageReturn, dataLineFeed
        case trailers
    }

    private var state = State.size
    /// How many digits of the size have been read.
    private var digits = 0
    private var size = 0
    private var chunkExtension = ChunkExtension()
    private var trailers = TrailerReader()

    /// Reads from `position` until data, the end of the body or the end of the bytes.
    @inline(__always)
    mutating func read(_ window: ByteWindow, _ position: inout Int) throws(HTTPSyntaxError) -> Outcome {
        while position < window.end {
            let byte = window[position]
            position &+= 1
            switch state {
            case .dataCarriageReturn:
                guard byte == .carriageReturn else { throw .missingChunkEnd }
                state = .dataLineFeed
            case .dataLineFeed:
                guard byte == .lineFeed else { throw .missingChunkEnd }
                state = .size
            case .size:
                try readSize(byte)
            case .sizeLineFeed:
                guard byte == .lineFeed else { throw .bareCarriageReturn }
                guard endSizeLine() else { continue }
                return .data(size)
            case .chunkExtension:
                guard try chunkExtension.read(byte) else { continue }
                state = .sizeLineFeed
            case .trailers:
                if try trailers.read(byte) { return .end }
            }
        }
        return .needMore
    }

    /// Reads a digit of the size or what ends it: sixteen digits at most, no sign, no prefix, no space, no overflow.
    @inline(__always)
    private mutating func readSize(_ byte: UInt8) throws(HTTPSyntaxError) {
        if byte.isHexDigit {
            if digits == 0 { size = 0 }
            digits &+= 1
            guard digits <= 16, size <= Int.max &>> 4 else { throw .invalidChunkSize }
            size = size &<< 4 | Int(byte.isDigit ? byte &- 0x30 : (byte | 0x20) &- 0x57)
            return
        }
        guard digits > 0 else { throw byte == .lineFeed ? .bareLineFeed : .invalidChunkSize }
        switch byte {
        case .carriageReturn: state = .sizeLineFeed
        case 0x3B:  // ;
            chunkExtension.begin()
            state = .chunkExtension
        case .lineFeed: throw .bareLineFeed
        default: throw .invalidChunkSize
        }
    }

    /// Draws the conclusion of a size line: whether data follows, or trailers.
    @inline(__always)
    private mutating func endSizeLine() -> Bool {
        digits = 0
        chunkExtension.repay(size)
        state = size == 0 ? .trailers : .dataCarriageReturn
        return size != 0
    }
}
