public import Configuration

extension ConfigurationDraft {
    /// All entries, in AUTO order.
    public var entries: [APIEntry] { self.configuration.entries }

    /// The entry with a number.
    public func entry(_ id: APIEntry.ID) -> APIEntry? { self.entries.first { $0.id == id } }

    /// The entry of a channel for a model; the model's name is compared exactly.
    public func entry(of channel: Channel.ID, model: String) -> APIEntry? {
        self.entries.first { $0.channelID == channel && $0.model == model }
    }

    /// The entries of a channel, in AUTO order.
    public func entries(of channel: Channel.ID) -> [APIEntry] { self.entries.filter { $0.channelID == channel } }

    /// Adds an entry.
    ///
    /// - Parameters:
    ///   - channel: The channel that serves the model.
    ///   - model: The name the provider knows the model by.
    ///   - position: Where it goes in AUTO order; `nil` is the end.
    ///   - configure: Fills in everything else. The number and the channel are given by the draft.
    /// - Returns: The entry's number.
    /// - Throws: ``ConfigurationError`` when there is no such channel, it has the model already or a value breaks a rule;
    ///   nothing is changed then.
    @discardableResult
    public mutating func addEntry(
        to channel: Channel.ID,
        model: String,
        at position: Int? = nil,
        _ configure: (inout APIEntry) -> Void = { _ in }
    ) throws(ConfigurationError) -> APIEntry.ID {
        let id = APIEntry.ID(rawValue: self.counters.entry + 1)
        var entry = APIEntry(id: id, channelID: channel, model: model)
        configure(&entry)
        entry.id = id
        entry.channelID = channel
        try self.check(entry)
        self.counters.entry = id.rawValue
        let index = min(max(position ?? self.entries.count, 0), self.entries.count)
        self.configuration.entries.insert(entry, at: index)
        return id
    }

    /// Changes an entry; its number and its channel stay.
    ///
    /// - Throws: ``ConfigurationError`` when there is no such entry, the channel has the new model already or a value
    ///   breaks a rule; nothing is changed then.
    public mutating func updateEntry(
        _ id: APIEntry.ID,
        _ change: (inout APIEntry) -> Void
    ) throws(ConfigurationError) {
        let index = try self.position(of: id)
        var entry = self.entries[index]
        let channel = entry.channelID
        change(&entry)
        entry.id = id
        entry.channelID = channel
        try self.check(entry)
        self.configuration.entries[index] = entry
    }

    /// Removes an entry.
    ///
    /// - Returns: The entry with the place it had; ``restore(_:)`` takes it back.
    /// - Throws: ``ConfigurationError/unknown(_:id:)``.
    @discardableResult
    public mutating func removeEntry(_ id: APIEntry.ID) throws(ConfigurationError) -> RemovedEntry {
        let index = try self.position(of: id)
        return RemovedEntry(position: index, entry: self.configuration.entries.remove(at: index))
    }

    /// Brings a removed entry back with its number, to the place it had.
    ///
    /// - Throws: ``ConfigurationError`` when its channel is gone, or its model or number is in use.
    public mutating func restore(_ removed: RemovedEntry) throws(ConfigurationError) {
        let entry = removed.entry
        guard self.entry(entry.id) == nil else { throw self.modelTaken(by: entry) }
        try self.check(entry)
        self.counters.entry = max(self.counters.entry, entry.id.rawValue)
        self.configuration.entries.insert(entry, at: min(max(removed.position, 0), self.entries.count))
    }

    /// Moves an entry so that it ends up at a position of AUTO order; positions outside are brought inside.
    ///
    /// - Throws: ``ConfigurationError/unknown(_:id:)``.
    public mutating func moveEntry(_ id: APIEntry.ID, to position: Int) throws(ConfigurationError) {
        let entry = self.configuration.entries.remove(at: try self.position(of: id))
        self.configuration.entries.insert(entry, at: min(max(position, 0), self.entries.count))
    }

    /// Moves an entry right before another one; behind all others when there is no other.
    ///
    /// - Throws: ``ConfigurationError/unknown(_:id:)``; nothing is changed then.
    public mutating func moveEntry(_ id: APIEntry.ID, before other: APIEntry.ID?) throws(ConfigurationError) {
        let source = try self.position(of: id)
        guard let other else { return try self.moveEntry(id, to: self.entries.count) }
        let target = try self.position(of: other)
        try self.moveEntry(id, to: target > source ? target - 1 : target)
    }

    /// Puts entries first, in the order given; all others follow in the order they had.
    ///
    /// Numbers that nothing has, and repeated ones, are passed over.
    public mutating func arrangeEntries(_ first: [APIEntry.ID]) {
        let byID = Dictionary(self.entries.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var placed: Set<APIEntry.ID> = []
        let front = first.filter { placed.insert($0).inserted }.compactMap { byID[$0] }
        self.configuration.entries = front + self.entries.filter { !placed.contains($0.id) }
    }

    private func position(of id: APIEntry.ID) throws(ConfigurationError) -> Int {
        guard let index = self.entries.firstIndex(where: { $0.id == id }) else {
            throw .unknown(.entry, id: id.rawValue)
        }
        return index
    }

    private func check(_ entry: APIEntry) throws(ConfigurationError) {
        guard self.channel(entry.channelID) != nil else { throw .unknown(.channel, id: entry.channelID.rawValue) }
        try FieldRules.check(entry)
        if let other = self.entry(of: entry.channelID, model: entry.model), other.id != entry.id {
            throw self.modelTaken(by: entry)
        }
    }

    private func modelTaken(by entry: APIEntry) -> ConfigurationError {
        .modelTaken(channel: self.channel(entry.channelID)?.name ?? "", model: entry.model)
    }
}
