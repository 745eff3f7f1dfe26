import Configuration

/// Walks a plan, one candidate at a time, asking each entry's health when its turn comes.
public struct RouteCursor: Sendable {
    private let snapshot: RoutingSnapshot
    private let plan: RoutePlan
    private var group = 0
    private var position = 0

    /// Starts at the first entry of a plan that was made from the same snapshot.
    public init(plan: RoutePlan, in snapshot: RoutingSnapshot) {
        self.plan = plan
        self.snapshot = snapshot
    }

    /// The next entry that may be tried, taken in the ledger; `nil` when none is left.
    ///
    /// `suits`: Says why a target cannot serve the request, or `nil` when it can.
    /// - Returns: The target, or `nil` when none is left.
    public mutating func next(
        health: inout HealthLedger,
        now: MonotonicInstant,
        suits: (RouteTarget) -> String?
    ) -> RouteTarget? {
        let model = self.keptModel(suits)
        while let index = self.nextIndex() {
            let target = self.snapshot.targets[index]
            guard target.isEnabled, suits(target) == nil, Self.has(model, target), health.take(target.entry.id, at: now)
            else { continue }
            return target
        }
        return nil
    }

    /// Every entry of the plan that cannot be tried now, with the reason, in order, each once.
    public func exclusions(
        health: HealthLedger,
        now: MonotonicInstant,
        suits: (RouteTarget) -> String?
    ) -> [(target: RouteTarget, reason: Exclusion)] {
        let model = self.keptModel(suits)
        var seen: Set<Int> = []
        var exclusions: [(target: RouteTarget, reason: Exclusion)] = []
        for index in self.plan.groups.joined() where seen.insert(index).inserted {
            let target = self.snapshot.targets[index]
            let reason = Self.exclusion(of: target, health: health, now: now) {
                suits($0) ?? (Self.has(model, $0) ? nil : "it is another model, whose answers do not match")
            }
            if let reason { exclusions.append((target, reason)) }
        }
        return exclusions
    }

    private static func exclusion(
        of target: RouteTarget,
        health: HealthLedger,
        now: MonotonicInstant,
        suits: (RouteTarget) -> String?
    ) -> Exclusion? {
        if !target.channel.isEnabled { return .channelOff }
        if !target.entry.isEnabled { return .entryOff }
        if let obstacle = suits(target) { return .unsuitable(obstacle) }
        switch health.availability(of: target.entry.id, at: now) {
        case .ready: return nil
        case .cooling(let until, let reason): return .cooling(until: until, reason: reason)
        case .onTrial(let reason): return .onTrial(reason: reason)
        }
    }

    /// The only model that may answer, in lower case; `nil` when any may.
    ///
    /// It stays the same while its entries cool.
    private func keptModel(_ suits: (RouteTarget) -> String?) -> String? {
        guard self.plan.keepsModel else { return nil }
        let targets = self.plan.groups.joined().lazy.map { self.snapshot.targets[$0] }
        return targets.first { $0.isEnabled && suits($0) == nil }?.entry.model.lowercased()
    }

    private static func has(_ model: String?, _ target: RouteTarget) -> Bool {
        model == nil || target.entry.model.lowercased() == model
    }

    private mutating func nextIndex() -> Int? {
        while self.group < self.plan.groups.count {
            let indexes = self.plan.groups[self.group]
            guard self.position < indexes.count else {
                self.group += 1
                self.position = 0
                continue
            }
            let index = indexes[self.position]
            self.position += 1
            // Plans are short where they overlap (one name), so a scan is cheaper than a set.
            guard self.group == 0 || !self.wasVisited(index) else { continue }
            return index
        }
        return nil
    }

    /// Whether an earlier group held the index.
    private func wasVisited(_ index: Int) -> Bool {
        self.plan.groups.prefix(self.group).contains { $0.contains(index) }
    }
}
