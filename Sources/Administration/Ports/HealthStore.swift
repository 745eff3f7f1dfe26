public import Configuration
public import Routing

/// A cooldown as a store remembers it.
public struct StoredCooldown: Sendable, Hashable {
    /// The entry that cools down.
    public var entryID: APIEntry.ID
    /// How much is left; zero when it is over but no success has ended it yet.
    public var remaining: Duration
    /// Why it began.
    public var reason: CooldownReason

    /// Makes a cooldown.
    public init(entryID: APIEntry.ID, remaining: Duration, reason: CooldownReason) {
        self.entryID = entryID
        self.remaining = remaining
        self.reason = reason
    }
}

/// Remembers cooldowns across restarts.
public protocol HealthStore: Sendable {
    /// All cooldowns that no success has ended, ordered by entry.
    ///
    /// What is left is counted by the wall clock, but is never more than it was when the cooldown was saved: a clock that
    /// was set back does not extend it.
    ///
    /// - Throws: The store's own error when the state cannot be read.
    func loadCooldowns() throws -> [StoredCooldown]

    /// Remembers changes, in order; those of entries that no longer exist are passed over.
    ///
    /// - Throws: The store's own error when the state cannot be written; none of the changes is kept then.
    func save(_ changes: [HealthLedger.Change]) throws
}
