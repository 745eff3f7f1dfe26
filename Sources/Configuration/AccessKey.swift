/// A key that clients of the gateway present.
public struct AccessKey: Sendable, Hashable, Identifiable {
    /// Names an access key for as long as it exists; never used twice.
    public struct ID: Sendable, Hashable, Comparable, RawRepresentable {
        /// The number in the store.
        public var rawValue: Int64
        /// Wraps a number.
        public init(rawValue: Int64) { self.rawValue = rawValue }
        /// Orders by age.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// The SHA-256 of a key's UTF-8 bytes.
    ///
    /// The key itself is not kept. Access keys are random, 128 bits or more, so a fast hash without salt cannot be turned
    /// back by guessing.
    public struct Digest: Sendable, Hashable {
        /// 32 bytes.
        public var bytes: [UInt8]
        /// Wraps the bytes of a digest.
        public init(bytes: [UInt8]) { self.bytes = bytes }
    }

    /// The key's number.
    public var id: ID
    /// What people call it; unique.
    public var name: String
    /// What a presented key is compared with.
    public var digest: Digest
    /// The last four characters, to tell keys apart.
    public var hint: String
    /// The user's switch.
    public var isEnabled: Bool

    /// Makes an access key.
    public init(id: ID, name: String, digest: Digest, hint: String, isEnabled: Bool = true) {
        self.id = id
        self.name = name
        self.digest = digest
        self.hint = hint
        self.isEnabled = isEnabled
    }
}
