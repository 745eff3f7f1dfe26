/// Why a body cannot be unpacked.
public enum ContentCodingError: Error, Hashable, Sendable {
    /// The bytes break the rules of the coding, or fail its checksum.
    case corrupt
    /// The body ended inside the packed stream.
    case truncated
    /// Something that is no further member or frame follows the packed stream.
    case trailingGarbage
    /// The unpacked body is longer than the limit given, in bytes.
    case tooLarge(limit: Int)
    /// A zstd frame wants more history than allowed.
    case windowTooLarge
    /// The library could not get memory.
    case outOfMemory
}

extension ContentCodingError: CustomStringConvertible {
    /// One clause for a person; holds nothing of the body.
    public var description: String {
        switch self {
        case .corrupt: "the packed body is corrupt"
        case .truncated: "the packed body is truncated"
        case .trailingGarbage: "something follows the packed body"
        case .tooLarge(let limit): "the unpacked body is longer than \(limit) bytes"
        case .windowTooLarge: "the zstd window is too large"
        case .outOfMemory: "out of memory"
        }
    }
}
