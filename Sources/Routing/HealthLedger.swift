public import Configuration

/// What the gateway remembers of failures: who cools down, until when, and why.
///
/// A value without a clock; whoever uses it brings the instant. When a cooldown ends, one attempt is let through (the
/// *trial*); everybody else keeps skipping the entry until that attempt succeeded, so an entry that recovers is not
/// trampled.
public struct HealthLedger: Sendable {
    /// Whether an entry may be tried.
    public enum Availability: Sendable, Hashable {
        /// It may be tried.
        case ready
        /// It cools down.
        case cooling(until: MonotonicInstant, reason: CooldownReason)
        /// Its cooldown is over and somebody is finding out whether it works again.
        case onTrial(reason: CooldownReason)
    }

    /// One cooldown.
    public struct Cooldown: Sendable, Hashable {
        /// When it ends.
        public var until: MonotonicInstant
        /// Why it began.
        public var reason: CooldownReason
        /// When the trial attempt began; `nil` when there is none.
        var trialSince: MonotonicInstant?
    }

    /// A change that a store should remember.
    public enum Change: Sendable, Hashable {
        /// The entry cools down for this long from now.
        case cooled(APIEntry.ID, remaining: Duration, reason: CooldownReason)
        /// The entry is healthy.
        case cleared(APIEntry.ID)
    }

    /// A trial that has not reported for this long is given up; somebody else may try.
    public static let trialPatience: Duration = .seconds(900)

    private var cooldowns: [APIEntry.ID: Cooldown] = [:]

    /// A ledger in which everybody is healthy.
    public init() {}

    /// All cooldowns, those whose time is over but that no success has ended yet included.
    public var all: [APIEntry.ID: Cooldown] { self.cooldowns }

    /// Whether anybody has failed at all; `false` makes every other question cheap.
    public var isEmpty: Bool { self.cooldowns.isEmpty }

    /// Whether an entry may be tried.
    public func availability(of id: APIEntry.ID, at now: MonotonicInstant) -> Availability {
        guard let cooldown = self.cooldowns[id] else { return .ready }
        if cooldown.until > now { return .cooling(until: cooldown.until, reason: cooldown.reason) }
        if let since = cooldown.trialSince, since + Self.trialPatience > now {
            return .onTrial(reason: cooldown.reason)
        }
        return .ready
    }

    /// Takes an entry for an attempt, if it may be tried; its trial, when a cooldown has just ended.
    ///
    /// - Returns: Whether the attempt may begin.
    public mutating func take(_ id: APIEntry.ID, at now: MonotonicInstant) -> Bool {
        guard !self.cooldowns.isEmpty else { return true }
        guard self.availability(of: id, at: now) == .ready else { return false }
        self.cooldowns[id]?.trialSince = now
        return true
    }

    /// An attempt ended without telling anything about the entry: the client left, or the request was at fault.
    public mutating func abandon(_ id: APIEntry.ID) {
        self.cooldowns[id]?.trialSince = nil
    }

    /// An attempt got an answer.
    ///
    /// - Returns: The change, or `nil` when the entry was healthy already.
    public mutating func succeed(_ id: APIEntry.ID) -> Change? {
        guard !self.cooldowns.isEmpty, self.cooldowns.removeValue(forKey: id) != nil else { return nil }
        return .cleared(id)
    }

    /// An attempt failed in a way that says something about the entry.
    ///
    /// A cooldown that already lasts longer is not shortened.
    public mutating func cool(
        _ id: APIEntry.ID,
        for duration: Duration,
        reason: CooldownReason,
        at now: MonotonicInstant
    ) -> Change {
        if let present = self.cooldowns[id], present.until > now + duration {
            // The longer one stays, with its reason: a rejected key does not become a passing trouble.
            self.cooldowns[id]?.trialSince = nil
            return .cooled(id, remaining: present.until - now, reason: present.reason)
        }
        let until = now + duration
        self.cooldowns[id] = Cooldown(until: until, reason: reason, trialSince: nil)
        return .cooled(id, remaining: until - now, reason: reason)
    }

    /// Ends a cooldown by hand.
    public mutating func wake(_ id: APIEntry.ID) -> Change? { self.succeed(id) }

    /// Forgets every entry that is not in `existing`.
    public mutating func retain(_ existing: Set<APIEntry.ID>) {
        self.cooldowns = self.cooldowns.filter { existing.contains($0.key) }
    }
}
