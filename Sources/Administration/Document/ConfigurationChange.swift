/// One difference between two configurations, told in a line that holds no key.
public enum ConfigurationChange: Sendable, Hashable, CustomStringConvertible {
    /// A value before and after; `nil` where it must not be shown.
    public struct Values: Sendable, Hashable {
        /// The value before.
        public var old: String
        /// The value after.
        public var new: String
    }

    /// A channel is new.
    case channelAdded(name: String)
    /// A field of a channel is different; `values` is `nil` for keys, headers and proxies.
    case channelChanged(name: String, field: String, values: Values?)
    /// A channel is gone, with its entries.
    case channelRemoved(name: String, entryCount: Int)
    /// An entry is new.
    case entryAdded(model: String, channel: String)
    /// A field of an entry is different.
    case entryChanged(model: String, channel: String, field: String, values: Values)
    /// An entry is gone.
    case entryRemoved(model: String, channel: String)
    /// Entries that were there before stand in another order.
    case entriesReordered
    /// An access key is new.
    case accessKeyAdded(name: String)
    /// A field of an access key is different; `values` is `nil` for the key itself.
    case accessKeyChanged(name: String, field: String, values: Values?)
    /// An access key is gone.
    case accessKeyRemoved(name: String)
    /// A setting is different.
    case settingChanged(name: String, values: Values)

    /// The change in one plain line.
    public var description: String {
        switch self {
        case .channelAdded(let name): "channel \(name) added"
        case .channelChanged(let name, let field, let values): "channel \(name): \(Self.text(field, values))"
        case .channelRemoved(let name, let count):
            "channel \(name) removed" + (count == 0 ? "" : " with \(count) \(count == 1 ? "entry" : "entries")")
        case .entryAdded(let model, let channel): "entry \(model) added to \(channel)"
        case .entryChanged(let model, let channel, let field, let values):
            "entry \(model) of \(channel): \(Self.text(field, values))"
        case .entryRemoved(let model, let channel): "entry \(model) removed from \(channel)"
        case .entriesReordered: "entries reordered"
        case .accessKeyAdded(let name): "access key \(name) added"
        case .accessKeyChanged(let name, let field, let values): "access key \(name): \(Self.text(field, values))"
        case .accessKeyRemoved(let name): "access key \(name) removed"
        case .settingChanged(let name, let values): "setting \(Self.text(name, values))"
        }
    }

    private static func text(_ field: String, _ values: Values?) -> String {
        guard let values else { return "\(field) changed" }
        return "\(field) \(Self.word(values.old)) → \(Self.word(values.new))"
    }

    private static func word(_ value: String) -> String { value.isEmpty ? "(empty)" : value }
}
