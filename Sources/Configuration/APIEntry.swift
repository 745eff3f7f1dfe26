/// One model of one channel that requests can be routed to.
public struct APIEntry: Sendable, Hashable, Identifiable {
    /// Names an entry for as long as it exists; never used twice.
    public struct ID: Sendable, Hashable, Comparable, RawRepresentable {
        /// The number in the store.
        public var rawValue: Int64
        /// Wraps a number.
        public init(rawValue: Int64) { self.rawValue = rawValue }
        /// Orders by age.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// The entry's number.
    public var id: ID
    /// The channel that serves it.
    public var channelID: Channel.ID
    /// The name the provider knows the model by.
    public var model: String
    /// A second name for clients; `nil` when there is none.
    public var displayName: String?
    /// What the model does; `nil` leaves it to the built-in facts.
    public var kind: ModelKind?
    /// Whether `auto` may choose it.
    public var isInAuto: Bool
    /// The user's switch.
    public var isEnabled: Bool

    /// Makes an entry; what is left out has the default of a new one.
    public init(
        id: ID,
        channelID: Channel.ID,
        model: String,
        displayName: String? = nil,
        kind: ModelKind? = nil,
        isInAuto: Bool = true,
        isEnabled: Bool = true
    ) {
        self.id = id
        self.channelID = channelID
        self.model = model
        self.displayName = displayName
        self.kind = kind
        self.isInAuto = isInAuto
        self.isEnabled = isEnabled
    }

    /// What the model does: what the user said, else the built-in facts, else chat.
    public var effectiveKind: ModelKind { self.kind ?? ModelKind.known[self.model] ?? .chat }
}
