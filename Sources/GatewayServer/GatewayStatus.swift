import Administration
import Configuration
import Routing

/// How a gateway and its entries are, at one moment.
public struct GatewayStatus: Sendable {
    /// One channel.
    public struct ChannelStatus: Sendable {
        /// Its name.
        public var name: String
        /// Its type, as files spell it.
        public var type: String
        /// Its address, as typed.
        public var baseURL: String
        /// Its key, masked.
        public var maskedKey: String
        /// The user's switch.
        public var isEnabled: Bool
    }

    /// One entry.
    public struct EntryStatus: Sendable {
        /// Green, red and grey.
        public enum State: String, Sendable {
            /// It can be used now.
            case ready
            /// It cools down.
            case cooling
            /// It, or its channel, is switched off.
            case off
        }

        /// Its channel's name.
        public var channel: String
        /// The provider's name of the model.
        public var model: String
        /// The second name.
        public var displayName: String?
        /// Whether `auto` may choose it.
        public var isInAuto: Bool
        /// The user's switch.
        public var isEnabled: Bool
        /// Green, red or grey.
        public var state: State
        /// How long it still cools down.
        public var cooldownSeconds: Int64?
        /// Why.
        public var reason: String?
    }

    /// Whether a gateway runs on this state.
    public var isRunning: Bool
    /// Its process.
    public var processID: Int?
    /// Where it listens.
    public var url: String?
    /// The folder with the state.
    public var dataFolder: String
    /// The configuration's revision.
    public var revision: Int64
    /// Requests in the log.
    public var requestCount: Int
    /// All channels.
    public var channels: [ChannelStatus]
    /// All entries, in order.
    public var entries: [EntryStatus]

    init(
        configuration: Configuration,
        cooldowns: [StoredCooldown],
        dataFolder: String,
        isRunning: Bool,
        processID: Int?,
        url: String?,
        requestCount: Int
    ) {
        self.isRunning = isRunning
        self.processID = processID
        self.url = url
        self.dataFolder = dataFolder
        self.revision = configuration.revision
        self.requestCount = requestCount
        self.channels = configuration.channels.map { channel in
            ChannelStatus(
                name: channel.name,
                type: channel.type.rawValue,
                baseURL: channel.baseURL,
                maskedKey: channel.apiKey.masked,
                isEnabled: channel.isEnabled
            )
        }
        let cooling = Dictionary(cooldowns.map { ($0.entryID, $0) }, uniquingKeysWith: { first, _ in first })
        self.entries = RoutingSnapshot(configuration).targets.map { Self.entry($0, cooling[$0.entry.id]) }
    }

    private static func entry(_ target: RouteTarget, _ cooldown: StoredCooldown?) -> EntryStatus {
        let remaining = cooldown.map(\.remaining.secondsRoundedUp).flatMap { $0 > 0 ? $0 : nil }
        return EntryStatus(
            channel: target.channel.name,
            model: target.entry.model,
            displayName: target.entry.displayName,
            isInAuto: target.entry.isInAuto,
            isEnabled: target.entry.isEnabled,
            state: !target.isEnabled ? .off : remaining == nil ? .ready : .cooling,
            cooldownSeconds: remaining,
            reason: remaining == nil ? nil : cooldown.map { "\($0.reason.kind.rawValue): \($0.reason.detail)" }
        )
    }
}
