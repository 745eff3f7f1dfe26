public import Configuration
import Routing

/// Channels and entries in a few words.
struct Floor {
    var channels: [Channel] = []
    var entries: [APIEntry] = []
    var settings = GatewaySettings()

    mutating func channel(_ name: String, type: APIType = .openai, isEnabled: Bool = true) -> Channel.ID {
        let id = Channel.ID(rawValue: Int64(self.channels.count + 1))
        self.channels.append(
            Channel(id: id, name: name, type: type, baseURL: "https://\(name).example", isEnabled: isEnabled)
        )
        return id
    }

    @discardableResult
    mutating func entry(
        _ channel: Channel.ID,
        _ model: String,
        alias: String? = nil,
        kind: ModelKind? = nil,
        isInAuto: Bool = true,
        isEnabled: Bool = true
    ) -> APIEntry.ID {
        let id = APIEntry.ID(rawValue: Int64(self.entries.count + 1))
        self.entries.append(
            APIEntry(
                id: id,
                channelID: channel,
                model: model,
                displayName: alias,
                kind: kind,
                isInAuto: isInAuto,
                isEnabled: isEnabled
            )
        )
        return id
    }

    var snapshot: RoutingSnapshot {
        RoutingSnapshot(
            Configuration(revision: 7, channels: self.channels, entries: self.entries, settings: self.settings)
        )
    }
}

extension RoutingSnapshot {
    /// The entries a request would try, in order, as numbers; nothing is reported back in between.
    func walk(
        _ model: String?,
        _ kind: ModelKind = .chat,
        health: HealthLedger = HealthLedger(),
        now: MonotonicInstant = .start,
        suits: (RouteTarget) -> String? = { _ in nil }
    ) -> [Int64] {
        var health = health
        var cursor = RouteCursor(plan: self.plan(model: RequestedModel(model), kind: kind), in: self)
        var walked: [Int64] = []
        while let target = cursor.next(health: &health, now: now, suits: suits) {
            walked.append(target.entry.id.rawValue)
        }
        return walked
    }
}

extension MonotonicInstant {
    static let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    static func after(_ duration: Duration) -> MonotonicInstant { .start + duration }
}

extension APIEntry.ID: ExpressibleByIntegerLiteral {
    /// Lets tests write entries as numbers.
    public init(integerLiteral value: Int64) { self.init(rawValue: value) }
}

extension CooldownReason {
    static let test = CooldownReason(kind: .transient, status: 503, detail: "upstream is down")
}
