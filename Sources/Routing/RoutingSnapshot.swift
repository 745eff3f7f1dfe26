public import Configuration

/// Everything routing reads: an immutable picture of the configuration, replaced whole on every change.
public final class RoutingSnapshot: Sendable {
    /// The revision of the configuration this was made from.
    public let revision: Int64
    /// All entries in order, those that are switched off included.
    public let targets: [RouteTarget]
    /// Whether a name that nothing matches is refused.
    public let usesStrictModelNames: Bool

    private let exact: [String: [Int]]
    private let folded: [String: [Int]]
    private let aliases: [String: [Int]]
    private let automatic: [ModelKind: [Int]]

    /// Indexes a configuration; entries without a channel are left out.
    public init(_ configuration: Configuration) {
        let channels = Dictionary(configuration.channels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let targets = configuration.entries.compactMap { entry in
            channels[entry.channelID].map { RouteTarget(entry: entry, channel: $0) }
        }
        var exact: [String: [Int]] = [:]
        var folded: [String: [Int]] = [:]
        var aliases: [String: [Int]] = [:]
        var automatic: [ModelKind: [Int]] = [:]
        for (index, target) in targets.enumerated() {
            exact[target.entry.model, default: []].append(index)
            folded[target.entry.model.lowercased(), default: []].append(index)
            if let name = target.entry.displayName { aliases[name.lowercased(), default: []].append(index) }
            if target.entry.isInAuto { automatic[target.entry.effectiveKind, default: []].append(index) }
        }
        self.revision = configuration.revision
        self.targets = targets
        self.usesStrictModelNames = configuration.settings.usesStrictModelNames
        self.exact = exact
        self.folded = folded
        self.aliases = aliases
        self.automatic = automatic
    }

    /// The entries that may answer, group by group in the order of their turn; `product.md` §4.
    ///
    /// Entries that are off or cooling are still in it: a ``RouteCursor`` passes over them, and ``RouteCursor/exclusions``
    /// says why.
    ///
    /// - Parameters:
    ///   - model: What the client asked for.
    ///   - kind: What the request needs a model to do.
    /// - Returns: The groups of candidates.
    public func plan(model: RequestedModel, kind: ModelKind) -> RoutePlan {
        switch model {
        case .automatic:
            let keepsModel = kind == .embedding || kind == .rerank
            return RoutePlan(groups: [self.automatic[kind] ?? []], ownGroupCount: 1, keepsModel: keepsModel)
        case .named(let name):
            let lowercased = name.lowercased()
            var groups = [self.exact[name] ?? [], self.folded[lowercased] ?? [], self.aliases[lowercased] ?? []]
            // Vectors, pictures and voices of another model are another answer; only text may come from elsewhere.
            if kind == .chat, !self.usesStrictModelNames { groups.append(self.automatic[kind] ?? []) }
            let keepsModel = [.embedding, .rerank, .image, .audio].contains(kind)
            return RoutePlan(groups: groups, ownGroupCount: 3, keepsModel: keepsModel)
        }
    }
}

/// Which entries may answer a request, before anybody asked whether they can.
public struct RoutePlan: Sendable, Hashable {
    /// Indexes into ``RoutingSnapshot/targets``, group by group; an index may be in several groups.
    var groups: [[Int]]
    /// How many groups match the name itself; the rest is fallback.
    var ownGroupCount: Int
    /// Whether only one model may answer, that of the first entry that could: answers of two models do not match.
    var keepsModel: Bool

    /// Whether no entry at all matches.
    public var isEmpty: Bool { self.groups.allSatisfy(\.isEmpty) }

    /// Whether an entry carries the name that was asked for.
    public var matchesName: Bool { !self.groups.prefix(self.ownGroupCount).allSatisfy(\.isEmpty) }
}
