public import Configuration
public import Dialects
public import Routing

/// Everything the relay reads of the configuration: immutable, made once for each change, swapped whole.
public final class RelaySnapshot: Sendable {
    /// Who may be tried.
    public let routing: RoutingSnapshot
    /// The settings.
    public let settings: GatewaySettings
    /// When it was made, in seconds since 1970-01-01 UTC; model lists carry it.
    public let createdAt: Int64

    private let routes: [Channel.ID: ChannelRoute]
    private let accessKeys: [AccessKey.Digest: String]
    private let entriesByChannel: [Channel.ID: [APIEntry.ID]]

    /// Makes the picture of a configuration.
    public init(_ configuration: Configuration, createdAt: Int64) {
        self.routing = RoutingSnapshot(configuration)
        self.settings = configuration.settings
        self.createdAt = createdAt
        self.routes = Dictionary(
            configuration.channels.map { ($0.id, ChannelRoute($0)) },
            uniquingKeysWith: { first, _ in first }
        )
        self.accessKeys = Dictionary(
            configuration.accessKeys.filter(\.isEnabled).map { ($0.digest, $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        self.entriesByChannel = Dictionary(grouping: configuration.entries, by: \.channelID).mapValues { $0.map(\.id) }
    }

    /// How a channel is called.
    public func route(of id: Channel.ID) -> ChannelRoute? { self.routes[id] }

    /// Whether any access key exists; without one no digest need be computed.
    public var hasAccessKeys: Bool { !self.accessKeys.isEmpty }

    /// The name of the enabled access key with this digest.
    public func accessKeyName(_ digest: AccessKey.Digest) -> String? { self.accessKeys[digest] }

    /// All entries of a channel.
    func entries(of id: Channel.ID) -> [APIEntry.ID] { self.entriesByChannel[id] ?? [] }

    /// Why a target cannot serve an endpoint, or `nil` when it can.
    func obstacle(_ target: RouteTarget, _ endpoint: Endpoint) -> String? {
        guard let route = self.routes[target.channel.id] else { return "its channel is gone" }
        switch route.call {
        case .success(let call): return call.obstacle(to: endpoint)
        case .failure(let error): return error.description
        }
    }

    /// What clients may ask for: `auto`, then each enabled model and display name once, in order.
    public func offeredModels() -> [OfferedModel] {
        var seen: Set<String> = ["auto"]
        var models = [OfferedModel(name: "auto", owner: "api-switch")]
        for target in self.routing.targets where target.isEnabled {
            for name in [target.entry.model, target.entry.displayName].compactMap(\.self)
            where seen.insert(name).inserted {
                models.append(OfferedModel(name: name, owner: target.channel.name))
            }
        }
        return models
    }
}

/// How one channel is called, worked out once.
public final class ChannelRoute: Sendable {
    /// The channel.
    public let channel: Channel
    /// How its calls are addressed, or why they cannot be.
    public let call: Result<ProviderCall, ProviderAddress.Invalid>
    /// The header lines every call carries: `host`, the key, the channel's own headers; each ends with CRLF.
    public let headerLines: [UInt8]
    /// Lower-case names in ``headerLines``; a client's own headers of these names are not passed on.
    public let ownHeaderNames: Set<String>

    /// Works out a channel.
    public init(_ channel: Channel) {
        self.channel = channel
        do throws(ProviderAddress.Invalid) {
            let call = try ProviderCall(channel)
            self.call = .success(call)
            var lines = "host: \(call.address.authority)\r\n"
            var names: Set<String> = ["host"]
            let added = channel.headers.map { ($0.name.lowercased(), $0.value) }
            if let authorization = call.authorization, !added.contains(where: { $0.0 == authorization.name }) {
                lines += "\(authorization.name): \(authorization.value.value)\r\n"
            }
            for (name, value) in added where name != "host" {
                lines += "\(name): \(value.value)\r\n"
                names.insert(name)
            }
            self.headerLines = Array(lines.utf8)
            self.ownHeaderNames = names
        } catch {
            self.call = .failure(error)
            self.headerLines = []
            self.ownHeaderNames = []
        }
    }
}
