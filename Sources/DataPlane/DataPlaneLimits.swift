/// What the data plane takes before it says no.
public struct DataPlaneLimits: Sendable {
    /// Bytes of a request head.
    public var headBytes = 64 << 10
    /// Bytes of a request body, after decoding.
    public var bodyBytes = 64 << 20
    /// How long a request head may take from its first byte.
    public var headTimeout: Duration = .seconds(30)
    /// How long a request body may pause.
    public var bodyTimeout: Duration = .seconds(60)
    /// How long an idle client connection is kept.
    public var idleTimeout: Duration = .seconds(300)
    /// How long a client may take nothing of what is ready for it.
    public var writeTimeout: Duration = .seconds(300)
    /// How long an idle provider connection is kept; providers close theirs after about a minute.
    public var providerIdleTimeout: Duration = .seconds(50)
    /// Idle connections kept for each provider and event loop.
    public var idleConnections = 256

    /// The defaults.
    public init() {}
}
