import Administration
import Configuration
import DataPlane
import Relay
import SQLiteStore
import Synchronization

/// The configuration in force, and what a change of it means for health.
final class LiveConfiguration: Sendable {
    private let state: Mutex<Configuration>
    private let store: any ConfigurationStore
    private let host: String?
    private let port: Int?
    private let health: HealthBoard

    init(_ configuration: Configuration, store: any ConfigurationStore, host: String?, port: Int?, health: HealthBoard)
    {
        self.state = Mutex(configuration)
        self.store = store
        self.host = host
        self.port = port
        self.health = health
    }

    /// The configuration in force.
    var current: Configuration { self.state.withLock { $0 } }

    /// Where to listen: the command line wins over the configuration.
    var endpoint: (host: String, port: Int) {
        let settings = self.current.settings
        return (self.host ?? settings.host, self.port ?? settings.port)
    }

    /// The picture that requests are served with.
    func snapshot() -> RelaySnapshot {
        var configuration = self.current
        configuration.settings.host = self.endpoint.host
        // Whoever can be reached from other machines must know who asks.
        if !Loopback.contains(self.endpoint.host) { configuration.settings.requiresAccessKey = true }
        return RelaySnapshot(configuration, createdAt: WallClock.milliseconds() / 1000)
    }

    /// What a change of the configuration means for health.
    struct Change: Sendable {
        /// The configuration in force now.
        var configuration: Configuration
        /// Entries of which what was learned no longer holds.
        var woken: [APIEntry.ID]
    }

    /// Reads the store again.
    ///
    /// - Returns: The change; `nil` when there is none.
    func reload() throws -> Change? {
        let fresh = try self.store.load()
        guard fresh.revision != self.current.revision else { return nil }
        let old = self.state.withLock { current in
            defer { current = fresh }
            return current
        }
        return Change(configuration: fresh, woken: Self.woken(from: old, to: fresh))
    }

    /// Draws the conclusions for health, once every event loop serves with the new configuration.
    func settle(_ change: Change) {
        self.health.wake(change.woken)
        self.health.retain(Set(change.configuration.entries.map(\.id)))
    }

    /// The entries of which what was learned no longer holds.
    ///
    /// Channels whose key, type or address changed get their entries back at once: what was learned of the old account
    /// says nothing of the new one. So do entries that were switched on by hand.
    private static func woken(from old: Configuration, to fresh: Configuration) -> [APIEntry.ID] {
        let former = Dictionary(old.channels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = Set(
            fresh.channels.filter { channel in
                guard let before = former[channel.id] else { return false }
                return before.apiKey != channel.apiKey || before.type != channel.type
                    || before.baseURL != channel.baseURL
            }.map(\.id)
        )
        let wasOff = Set(old.entries.filter { !$0.isEnabled }.map(\.id))
        return fresh.entries.filter { entry in
            changed.contains(entry.channelID) || (entry.isEnabled && wasOff.contains(entry.id))
        }.map(\.id)
    }
}

/// Addresses to listen on.
enum ListenAddress {
    /// The URL that clients on this machine use.
    static func url(host: String, port: Int) -> String {
        let reachable = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        return reachable.contains(":") ? "http://[\(reachable)]:\(port)" : "http://\(reachable):\(port)"
    }
}
