/// What a text may cost before it is refused.
public struct JSONLimits: Hashable, Sendable {
    /// The greatest depth that can be asked for, in levels.
    ///
    /// Walking and parsing need no stack per level, but the runtime frees nested values by recursion. A tree of this
    /// depth is freed on a stack of 512 KiB, which is what threads have on macOS.
    public static let deepestAllowed = 1_024

    /// Arrays and objects inside one another, in levels; 512 unless told.
    ///
    /// A bare number has depth 0.
    public let maximumDepth: Int

    /// Length of the text in bytes; 64 MiB unless told.
    public let maximumBytes: Int

    /// Makes limits; a depth outside `0...deepestAllowed` and a negative length are moved to the nearest allowed one.
    public init(maximumDepth: Int = 512, maximumBytes: Int = 64 << 20) {
        self.maximumDepth = min(max(maximumDepth, 0), Self.deepestAllowed)
        self.maximumBytes = max(maximumBytes, 0)
    }
}
