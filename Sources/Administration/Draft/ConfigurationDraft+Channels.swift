public import Configuration

extension ConfigurationDraft {
    /// All channels, oldest first.
    public var channels: [Channel] { self.configuration.channels }

    /// The channel with a number.
    public func channel(_ id: Channel.ID) -> Channel? { self.channels.first { $0.id == id } }

    /// The channel with a name, compared without case.
    public func channel(named name: String) -> Channel? {
        let folded = name.lowercased()
        return self.channels.first { $0.name.lowercased() == folded }
    }

    /// Adds a channel behind the others.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: How its service is called.
    ///   - baseURL: Its address as the user typed it.
    ///   - configure: Fills in everything else. The number is given by the draft.
    /// - Returns: The channel's number.
    /// - Throws: ``ConfigurationError`` when the name is taken or a value breaks a rule; nothing is changed then.
    @discardableResult
    public mutating func addChannel(
        name: String,
        type: APIType,
        baseURL: String,
        _ configure: (inout Channel) -> Void = { _ in }
    ) throws(ConfigurationError) -> Channel.ID {
        let id = Channel.ID(rawValue: self.counters.channel + 1)
        var channel = Channel(id: id, name: name, type: type, baseURL: baseURL)
        configure(&channel)
        channel.id = id
        try self.check(channel)
        self.counters.channel = id.rawValue
        self.configuration.channels.append(channel)
        return id
    }

    /// Changes a channel; its number stays.
    ///
    /// - Throws: ``ConfigurationError`` when there is no such channel, its new name is taken or a value breaks a rule;
    ///   nothing is changed then.
    public mutating func updateChannel(
        _ id: Channel.ID,
        _ change: (inout Channel) -> Void
    ) throws(ConfigurationError) {
        guard let index = self.channels.firstIndex(where: { $0.id == id }) else {
            throw .unknown(.channel, id: id.rawValue)
        }
        var channel = self.channels[index]
        change(&channel)
        channel.id = id
        try self.check(channel)
        self.configuration.channels[index] = channel
    }

    /// Removes a channel and its entries.
    ///
    /// - Returns: What was removed, with the place each entry had; ``restore(_:)`` takes it back.
    /// - Throws: ``ConfigurationError/unknown(_:id:)``.
    @discardableResult
    public mutating func removeChannel(_ id: Channel.ID) throws(ConfigurationError) -> RemovedChannel {
        guard let index = self.channels.firstIndex(where: { $0.id == id }) else {
            throw .unknown(.channel, id: id.rawValue)
        }
        let entries = self.entries.enumerated().filter { $0.element.channelID == id }
        let removed = RemovedChannel(
            channel: self.configuration.channels.remove(at: index),
            entries: entries.map { RemovedEntry(position: $0.offset, entry: $0.element) }
        )
        self.configuration.entries.removeAll { $0.channelID == id }
        return removed
    }

    /// Brings a removed channel back with its number, its entries and their places.
    ///
    /// - Throws: ``ConfigurationError`` when its name or one of the numbers is in use; nothing is changed then.
    public mutating func restore(_ removed: RemovedChannel) throws(ConfigurationError) {
        var copy = self
        let channel = removed.channel
        guard copy.channel(channel.id) == nil else { throw .nameTaken(.channel, name: channel.name) }
        try copy.check(channel)
        let index = copy.channels.firstIndex { $0.id > channel.id } ?? copy.channels.endIndex
        copy.configuration.channels.insert(channel, at: index)
        copy.counters.channel = max(copy.counters.channel, channel.id.rawValue)
        for entry in removed.entries { try copy.restore(entry) }
        self = copy
    }

    private func check(_ channel: Channel) throws(ConfigurationError) {
        try FieldRules.check(channel)
        if let other = self.channel(named: channel.name), other.id != channel.id {
            throw .nameTaken(.channel, name: channel.name)
        }
    }
}

/// A channel that was removed, so that it can be brought back.
public struct RemovedChannel: Sendable, Hashable {
    /// The channel.
    public var channel: Channel
    /// Its entries, in order.
    public var entries: [RemovedEntry]
}

/// An entry that was removed, so that it can be brought back.
public struct RemovedEntry: Sendable, Hashable {
    /// Where it was among all entries.
    public var position: Int
    /// The entry.
    public var entry: APIEntry
}
