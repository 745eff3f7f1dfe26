public import Configuration

/// A configuration that is being changed.
///
/// Every change goes through a method that keeps the rules: names are unique, entries belong to a channel, values are in
/// their ranges. Numbers are given out once and never again, not even after what had them was removed.
public struct ConfigurationDraft: Sendable, Hashable {
    /// The last number that was given to anything of a kind.
    public struct Counters: Sendable, Hashable {
        /// The last channel number.
        public var channel: Int64
        /// The last entry number.
        public var entry: Int64
        /// The last access key number.
        public var accessKey: Int64

        /// Makes counters; what is left out begins at zero.
        public init(channel: Int64 = 0, entry: Int64 = 0, accessKey: Int64 = 0) {
            self.channel = channel
            self.entry = entry
            self.accessKey = accessKey
        }
    }

    /// The state so far.
    ///
    /// Its revision is the store's business and stays as it was.
    public internal(set) var configuration: Configuration
    /// The last numbers given out.
    public internal(set) var counters: Counters

    /// Begins with a state.
    ///
    /// - Parameters:
    ///   - configuration: What is changed.
    ///   - counters: The last numbers given out; raised to what the configuration already uses.
    public init(_ configuration: Configuration = Configuration(), counters: Counters = Counters()) {
        self.configuration = configuration
        self.counters = Counters(
            channel: configuration.channels.lazy.map(\.id.rawValue).reduce(counters.channel, max),
            entry: configuration.entries.lazy.map(\.id.rawValue).reduce(counters.entry, max),
            accessKey: configuration.accessKeys.lazy.map(\.id.rawValue).reduce(counters.accessKey, max)
        )
    }

    /// The settings.
    public var settings: GatewaySettings { self.configuration.settings }

    /// Changes the settings.
    ///
    /// - Throws: ``ConfigurationError/setting(_:)`` when a value is outside its range; nothing is changed then.
    public mutating func updateSettings(_ change: (inout GatewaySettings) -> Void) throws(ConfigurationError) {
        var settings = self.configuration.settings
        change(&settings)
        var checked = GatewaySettings()
        for descriptor in SettingDescriptor.all {
            do throws(SettingError) {
                try descriptor.set(descriptor.text(in: settings), in: &checked)
            } catch {
                throw .setting(error)
            }
        }
        self.configuration.settings = checked
    }

    /// Changes one setting by its name in files.
    ///
    /// - Throws: ``ConfigurationError`` when there is no such setting or it does not take the text.
    public mutating func set(_ name: String, to text: String) throws(ConfigurationError) {
        guard let descriptor = SettingDescriptor.named(name) else { throw .unknownSetting(name: name) }
        do throws(SettingError) {
            try descriptor.set(text, in: &self.configuration.settings)
        } catch {
            throw .setting(error)
        }
    }
}
