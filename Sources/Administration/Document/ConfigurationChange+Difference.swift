public import Configuration

extension ConfigurationChange {
    /// Everything that differs between two states, matched by number; revisions do not count.
    public static func changes(from old: Configuration, to new: Configuration) -> [ConfigurationChange] {
        Self.channelChanges(from: old, to: new) + Self.entryChanges(from: old, to: new)
            + Self.accessKeyChanges(from: old.accessKeys, to: new.accessKeys)
            + Self.settingChanges(from: old.settings, to: new.settings)
    }

    private static func channelChanges(from old: Configuration, to new: Configuration) -> [ConfigurationChange] {
        let before = Self.index(old.channels)
        let after = Self.index(new.channels)
        let removed = old.channels.filter { after[$0.id] == nil }.map { channel in
            let count = old.entries.count { $0.channelID == channel.id }
            return ConfigurationChange.channelRemoved(name: channel.name, entryCount: count)
        }
        let others = new.channels.flatMap { channel in
            guard let earlier = before[channel.id] else {
                return [ConfigurationChange.channelAdded(name: channel.name)]
            }
            return Self.fieldChanges(from: earlier, to: channel)
        }
        return removed + others
    }

    private static func fieldChanges(from old: Channel, to new: Channel) -> [ConfigurationChange] {
        guard old != new else { return [] }
        func change(_ field: String, _ text: (Channel) -> String) -> ConfigurationChange? {
            let values = Values(old: text(old), new: text(new))
            return values.old == values.new ? nil : .channelChanged(name: new.name, field: field, values: values)
        }
        func hidden<Value: Equatable>(_ field: String, _ value: (Channel) -> Value) -> ConfigurationChange? {
            value(old) == value(new) ? nil : .channelChanged(name: new.name, field: field, values: nil)
        }
        let all: [ConfigurationChange?] = [
            change("name") { $0.name },
            change("type") { $0.type.rawValue },
            // A query may hold a key, so a change in it is told without the addresses.
            change("base_url") { Self.withoutQuery($0.baseURL) },
            Self.withoutQuery(old.baseURL) == Self.withoutQuery(new.baseURL) ? hidden("base_url") { $0.baseURL } : nil,
            hidden("api_key") { $0.apiKey },
            hidden("notes") { $0.notes },
            hidden("headers") { $0.headers },
            hidden("proxy") { $0.proxy },
            change("api_version") { $0.apiVersion ?? "default" },
            change("connect_timeout") { $0.connectTimeout.map(DocumentText.seconds) ?? "default" },
            change("response_timeout") { $0.responseTimeout.map(DocumentText.seconds) ?? "default" },
            change("enabled") { String($0.isEnabled) },
        ]
        return all.compactMap { $0 }
    }

    private static func entryChanges(from old: Configuration, to new: Configuration) -> [ConfigurationChange] {
        let channels = Self.index(new.channels)
        let before = Self.index(old.entries)
        let after = Self.index(new.entries)
        var changes = old.entries.filter { after[$0.id] == nil }.compactMap { entry in
            channels[entry.channelID].map { ConfigurationChange.entryRemoved(model: entry.model, channel: $0.name) }
        }
        for entry in new.entries {
            let channel = channels[entry.channelID]?.name ?? ""
            if let earlier = before[entry.id] {
                changes += Self.fieldChanges(from: earlier, to: entry, channel: channel)
            } else {
                changes.append(.entryAdded(model: entry.model, channel: channel))
            }
        }
        let keptBefore = old.entries.map(\.id).filter { after[$0] != nil }
        let keptAfter = new.entries.map(\.id).filter { before[$0] != nil }
        return keptBefore == keptAfter ? changes : changes + [.entriesReordered]
    }

    private static func fieldChanges(
        from old: APIEntry,
        to new: APIEntry,
        channel: String
    ) -> [ConfigurationChange] {
        func change(_ field: String, _ text: (APIEntry) -> String) -> ConfigurationChange? {
            let values = Values(old: text(old), new: text(new))
            guard values.old != values.new else { return nil }
            return .entryChanged(model: new.model, channel: channel, field: field, values: values)
        }
        return [
            change("model") { $0.model },
            change("name") { $0.displayName ?? "" },
            change("kind") { $0.kind?.rawValue ?? "default" },
            change("auto") { String($0.isInAuto) },
            change("enabled") { String($0.isEnabled) },
        ].compactMap { $0 }
    }

    private static func accessKeyChanges(from old: [AccessKey], to new: [AccessKey]) -> [ConfigurationChange] {
        let before = Self.index(old)
        let after = Self.index(new)
        var changes = old.filter { after[$0.id] == nil }.map { ConfigurationChange.accessKeyRemoved(name: $0.name) }
        for key in new {
            guard let earlier = before[key.id] else {
                changes.append(.accessKeyAdded(name: key.name))
                continue
            }
            if earlier.name != key.name {
                let values = Values(old: earlier.name, new: key.name)
                changes.append(.accessKeyChanged(name: key.name, field: "name", values: values))
            }
            if earlier.digest != key.digest || earlier.hint != key.hint {
                changes.append(.accessKeyChanged(name: key.name, field: "key", values: nil))
            }
            if earlier.isEnabled != key.isEnabled {
                let values = Values(old: String(earlier.isEnabled), new: String(key.isEnabled))
                changes.append(.accessKeyChanged(name: key.name, field: "enabled", values: values))
            }
        }
        return changes
    }

    private static func settingChanges(from old: GatewaySettings, to new: GatewaySettings) -> [ConfigurationChange] {
        SettingDescriptor.all.compactMap { descriptor in
            let values = Values(old: descriptor.text(in: old), new: descriptor.text(in: new))
            return values.old == values.new ? nil : .settingChanged(name: descriptor.name, values: values)
        }
    }

    private static func index<Value: Identifiable>(_ values: [Value]) -> [Value.ID: Value] {
        Dictionary(values.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func withoutQuery(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        return path.count == url.count ? url : path + "?…"
    }
}
