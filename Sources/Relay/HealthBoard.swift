public import Configuration
public import Routing
import Synchronization

/// The health ledger that all event loops share, and the way its changes reach the store.
public final class HealthBoard: Sendable {
    private let ledger: Mutex<HealthLedger>
    private let onChange: @Sendable ([HealthLedger.Change]) -> Void

    /// Makes a board.
    ///
    /// - Parameters:
    ///   - ledger: What is known already.
    ///   - onChange: Gets every change, in order for each entry; must return at once.
    public init(_ ledger: HealthLedger = HealthLedger(), onChange: @escaping @Sendable ([HealthLedger.Change]) -> Void)
    {
        self.ledger = Mutex(ledger)
        self.onChange = onChange
    }

    /// The ledger as it is now.
    public var current: HealthLedger { self.ledger.withLock { $0 } }

    /// The next candidate that may be tried, taken in the ledger.
    func next(
        _ cursor: inout RouteCursor,
        at now: MonotonicInstant,
        suits: (RouteTarget) -> String?
    ) -> RouteTarget? {
        self.ledger.withLock { cursor.next(health: &$0, now: now, suits: suits) }
    }

    /// An attempt got an answer.
    public func succeed(_ id: APIEntry.ID) {
        self.change { ledger in ledger.succeed(id).map { [$0] } ?? [] }
    }

    /// An attempt ended without telling anything about the entry.
    public func abandon(_ id: APIEntry.ID) {
        self.ledger.withLock { $0.abandon(id) }
    }

    /// Entries take no part for a while.
    public func cool(_ ids: [APIEntry.ID], for duration: Duration, reason: CooldownReason, at now: MonotonicInstant) {
        self.change { ledger in ids.map { ledger.cool($0, for: duration, reason: reason, at: now) } }
    }

    /// Ends cooldowns by hand.
    public func wake(_ ids: [APIEntry.ID]) {
        self.change { ledger in ids.compactMap { ledger.wake($0) } }
    }

    /// Forgets every entry that is not in `existing`.
    public func retain(_ existing: Set<APIEntry.ID>) {
        self.ledger.withLock { $0.retain(existing) }
    }

    private func change(_ body: (inout HealthLedger) -> [HealthLedger.Change]) {
        let changes = self.ledger.withLock { body(&$0) }
        if !changes.isEmpty { self.onChange(changes) }
    }
}
