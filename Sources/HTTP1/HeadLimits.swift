/// How much of a message head is read before it is refused.
public struct HeadLimits: Hashable, Sendable {
    /// The largest head in bytes, from its first byte through the empty line that ends it.
    public let maximumHeadBytes: Int
    /// The largest number of field lines.
    public let maximumFieldCount: Int
    /// The longest request target in bytes.
    public let maximumTargetBytes: Int

    /// Makes limits; values outside the possible are brought to the nearest possible one.
    ///
    /// - Parameters:
    ///   - maximumHeadBytes: 64 KiB unless told; at most 1 GiB, because positions are kept in 32 bits.
    ///   - maximumFieldCount: 256 unless told.
    ///   - maximumTargetBytes: 16 KiB unless told.
    public init(maximumHeadBytes: Int = 65536, maximumFieldCount: Int = 256, maximumTargetBytes: Int = 16384) {
        self.maximumHeadBytes = min(max(maximumHeadBytes, 1), 1 << 30)
        self.maximumFieldCount = max(maximumFieldCount, 0)
        self.maximumTargetBytes = max(maximumTargetBytes, 1)
    }
}
