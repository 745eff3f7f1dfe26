public import Configuration
public import Relay

/// What the data plane is given by the composition root: everything with an effect that is not a socket.
public struct DataPlaneServices: Sendable {
    /// Who may be tried; shared by all event loops.
    public var health: HealthBoard
    /// Where finished requests go.
    public var journal: any RequestJournal
    /// Milliseconds since 1970-01-01 UTC.
    public var wallClock: @Sendable () -> Int64
    /// The digest of a presented access key.
    public var digest: @Sendable (String) -> AccessKey.Digest
    /// The proxies of the environment.
    public var proxies: ProxyEnvironment
    /// A certificate bundle (PEM) trusted besides the system's; `nil` when there is none.
    public var extraCertificates: String?
    /// The gateway's version, for the health check.
    public var version: String

    /// Collects the services.
    public init(
        health: HealthBoard,
        journal: any RequestJournal,
        wallClock: @escaping @Sendable () -> Int64,
        digest: @escaping @Sendable (String) -> AccessKey.Digest,
        proxies: ProxyEnvironment,
        extraCertificates: String? = nil,
        version: String
    ) {
        self.health = health
        self.journal = journal
        self.wallClock = wallClock
        self.digest = digest
        self.proxies = proxies
        self.extraCertificates = extraCertificates
        self.version = version
    }
}
