/// Everything the user has configured, at one moment.
public struct Configuration: Sendable, Hashable {
    /// Counts changes; a store gives every change the next number.
    public var revision: Int64
    /// All channels, in the order they were added.
    public var channels: [Channel]
    /// All entries, in the order of API Management, which is the priority of AUTO.
    public var entries: [APIEntry]
    /// All access keys, in the order they were added.
    public var accessKeys: [AccessKey]
    /// The settings.
    public var settings: GatewaySettings

    /// Makes a configuration; what is left out is empty or default.
    public init(
        revision: Int64 = 0,
        channels: [Channel] = [],
        entries: [APIEntry] = [],
        accessKeys: [AccessKey] = [],
        settings: GatewaySettings = GatewaySettings()
    ) {
        self.revision = revision
        self.channels = channels
        self.entries = entries
        self.accessKeys = accessKeys
        self.settings = settings
    }
}
