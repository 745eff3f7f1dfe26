/// A way in which a body is packed on its way.
///
/// Source: RFC 9110 section 8.4.1; RFC 8878 for zstd.
public enum ContentCoding: Hashable, Sendable, CaseIterable {
    /// Not packed.
    case identity
    /// gzip (RFC 1952), also named `x-gzip`.
    case gzip
    /// deflate: zlib-wrapped (RFC 1950) as the standard says, or raw (RFC 1951) as some senders do.
    case deflate
    /// zstd (RFC 8878).
    case zstd

    /// Reads the value of a `Content-Encoding` field.
    ///
    /// Names are compared without regard to case; empty list members and `identity` in a list count for nothing (RFC 9110 section
    /// 5.6.1). Nil means the value is not supported: an unknown coding, or more than one.
    public init?(fieldValue: String) {
        self = .identity
        for member in fieldValue.utf8.split(separator: UInt8(ascii: ",")) {
            guard let coding = Self.coding(named: member) else { return nil }
            guard coding != .identity else { continue }
            guard self == .identity else { return nil }
            self = coding
        }
    }

    /// The coding of one list member; an empty one is `identity`.
    private static func coding(named member: Substring.UTF8View) -> Self? {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let name = member.drop(while: isSpace).reversed().drop(while: isSpace).reversed().map { byte in
            (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        }
        return switch String(decoding: name, as: UTF8.self) {
        case "", "identity": .identity
        case "gzip", "x-gzip": .gzip
        case "deflate": .deflate
        case "zstd": .zstd
        default: nil
        }
    }
}
