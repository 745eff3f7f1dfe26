/// What the user may set about the gateway itself.
///
/// Names in files, defaults and ranges are in ``SettingDescriptor/all``.
public struct GatewaySettings: Sendable, Hashable {
    /// The address the gateway listens on.
    public var host = "127.0.0.1"
    /// The port the gateway listens on; 0 lets the system choose one.
    public var port = 9090
    /// Whether model endpoints answer.
    public var isProxyEnabled = true
    /// How long a connection to a provider may take to open.
    public var connectTimeout: Duration = .seconds(10)
    /// How long the first token may take before another candidate is started beside; zero is off.
    public var firstTokenHedge: Duration = .seconds(10)
    /// Whether a named model may hedge into AUTO.
    public var hedgesAcrossModels = false
    /// How long a stream may be silent.
    public var streamIdleTimeout: Duration = .seconds(60)
    /// How long a request may take in all.
    public var requestDeadline: Duration = .seconds(600)
    /// How many attempts a request may make.
    public var maximumAttempts = 6
    /// Whether a name that nothing matches is refused instead of served by AUTO.
    public var usesStrictModelNames = false
    /// Whether a conversion that would lose something is refused.
    public var usesStrictConversion = false
    /// Whether a cut stream is continued elsewhere.
    public var continuesCutStreams = true
    /// Whether the deltas of a tool call wait until the call is whole.
    public var holdsToolCalls = false
    /// How long an entry that failed takes no part.
    public var cooldown: Duration = .seconds(300)
    /// Whether a cooling entry is tried in the background.
    public var probesRecovery = true
    /// Status codes and ranges (`401,500-599`) after which an entry is switched off; empty is never.
    public var disableOnCodes = ""
    /// Whether clients must present an access key.
    public var requiresAccessKey = false
    /// How many days request rows are kept.
    public var logRetentionDays = 90
    /// Whether the bodies of requests are kept.
    public var logsBodies = false
    /// The language of the page: `system`, `en` or `zh`.
    public var language = "system"
    /// The colours of the page: `system`, `light` or `dark`.
    public var theme = "system"
    /// What AUTO follows: `custom`, `fastest` or `latest`.
    public var autoOrder = "custom"

    /// The defaults.
    public init() {}
}
