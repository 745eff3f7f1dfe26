import Configuration

/// Brings a configuration into the state a file states.
public enum ConfigurationApplier {
    /// Applies a document.
    ///
    /// Channels are found by name, without case; entries by model within their channel; access keys by name. What the
    /// document leaves out stays. Its entries go to the front of AUTO order: first those of its `order`, then channel by
    /// channel; entries it does not mention follow in the order they had. Applying it again changes nothing.
    ///
    /// - Parameters:
    ///   - document: What is stated.
    ///   - draft: What is changed.
    ///   - prune: Also removes what the document does not mention, but only in lists it has: channels if it lists
    ///     channels, a channel's entries if it lists the channel's models, access keys if it lists access keys.
    /// - Returns: What is different now.
    /// - Throws: ``ConfigurationError`` when the document does not fit the state: a new access key without its key, a key
    ///   that another access key has, an `order` of entries that do not exist. The draft is unchanged then.
    public static func apply(
        _ document: ConfigurationDocument,
        to draft: inout ConfigurationDraft,
        prune: Bool = false
    ) throws(ConfigurationError) -> [ConfigurationChange] {
        var copy = draft
        if prune { try Self.prune(&copy, by: document) }
        for statement in document.channels ?? [] { try Self.apply(statement, to: &copy, prune: prune) }
        try Self.applyAccessKeys(document.accessKeys ?? [], to: &copy)
        for statement in document.settings { try copy.set(statement.name, to: statement.text) }
        try Self.arrange(&copy, by: document)
        let changes = ConfigurationChange.changes(from: draft.configuration, to: copy.configuration)
        draft = copy
        return changes
    }

    private static func prune(
        _ draft: inout ConfigurationDraft,
        by document: ConfigurationDocument
    ) throws(ConfigurationError) {
        if let channels = document.channels {
            let names = Set(channels.map { $0.name.lowercased() })
            for channel in draft.channels where !names.contains(channel.name.lowercased()) {
                try draft.removeChannel(channel.id)
            }
        }
        if let keys = document.accessKeys {
            let names = Set(keys.map { $0.name.lowercased() })
            for key in draft.accessKeys where !names.contains(key.name.lowercased()) {
                try draft.removeAccessKey(key.id)
            }
        }
    }

    private static func apply(
        _ statement: ConfigurationDocument.ChannelStatement,
        to draft: inout ConfigurationDraft,
        prune: Bool
    ) throws(ConfigurationError) {
        let id: Channel.ID
        if let channel = draft.channel(named: statement.name) {
            id = channel.id
            try draft.updateChannel(id) { statement.fill(&$0) }
        } else {
            id = try draft.addChannel(name: statement.name, type: statement.type, baseURL: statement.baseURL) {
                statement.fill(&$0)
            }
        }
        guard let models = statement.models else { return }
        if prune {
            let names = Set(models.map(\.model))
            for entry in draft.entries(of: id) where !names.contains(entry.model) { try draft.removeEntry(entry.id) }
        }
        for model in models {
            if let entry = draft.entry(of: id, model: model.model) {
                try draft.updateEntry(entry.id) { model.fill(&$0) }
            } else {
                try draft.addEntry(to: id, model: model.model) { model.fill(&$0) }
            }
        }
    }

    private static func applyAccessKeys(
        _ statements: [ConfigurationDocument.AccessKeyStatement],
        to draft: inout ConfigurationDraft
    ) throws(ConfigurationError) {
        for statement in statements {
            if let key = draft.accessKey(named: statement.name) {
                try draft.updateAccessKey(key.id) { statement.fill(&$0) }
            } else if let digest = statement.digest {
                try draft.addAccessKey(
                    name: statement.name,
                    digest: digest,
                    hint: statement.hint ?? "",
                    isEnabled: statement.isEnabled ?? true
                )
            } else {
                throw .keyMissing(name: statement.name)
            }
        }
    }

    private static func arrange(
        _ draft: inout ConfigurationDraft,
        by document: ConfigurationDocument
    ) throws(ConfigurationError) {
        var mentioned: [APIEntry.ID] = []
        for place in document.order {
            guard let channel = draft.channel(named: place.channel) else {
                throw .notFound(.channel, name: place.channel)
            }
            guard let entry = draft.entry(of: channel.id, model: place.model) else {
                throw .notFound(.entry, name: "\(place.channel)/\(place.model)")
            }
            mentioned.append(entry.id)
        }
        for statement in document.channels ?? [] {
            guard let channel = draft.channel(named: statement.name) else { continue }
            mentioned += (statement.models ?? []).compactMap { draft.entry(of: channel.id, model: $0.model)?.id }
        }
        draft.arrangeEntries(Self.order(draft.configuration.entries.map(\.id), stating: mentioned))
    }

    /// The order in which the mentioned entries follow each other as stated, in the places they hold together.
    ///
    /// Entries that are not mentioned keep their places, so a file about one more channel does not make it the first
    /// choice: new entries stand at the end.
    private static func order(_ present: [APIEntry.ID], stating mentioned: [APIEntry.ID]) -> [APIEntry.ID] {
        var seen: Set<APIEntry.ID> = []
        var stated = mentioned.filter { seen.insert($0).inserted }[...]
        return present.map { seen.contains($0) ? stated.popFirst() ?? $0 : $0 }
    }
}

extension ConfigurationDocument.ChannelStatement {
    fileprivate func fill(_ channel: inout Channel) {
        channel.name = self.name
        channel.type = self.type
        channel.baseURL = self.baseURL
        channel.apiKey = self.apiKey ?? channel.apiKey
        channel.notes = self.notes ?? channel.notes
        channel.headers = self.headers ?? channel.headers
        channel.proxy = self.proxy ?? channel.proxy
        if let apiVersion = self.apiVersion { channel.apiVersion = apiVersion.value }
        if let connectTimeout = self.connectTimeout { channel.connectTimeout = connectTimeout.value }
        if let responseTimeout = self.responseTimeout { channel.responseTimeout = responseTimeout.value }
        channel.isEnabled = self.isEnabled ?? channel.isEnabled
    }
}

extension ConfigurationDocument.ModelStatement {
    fileprivate func fill(_ entry: inout APIEntry) {
        if let displayName = self.displayName { entry.displayName = displayName.value }
        if let kind = self.kind { entry.kind = kind.value }
        entry.isInAuto = self.isInAuto ?? entry.isInAuto
        entry.isEnabled = self.isEnabled ?? entry.isEnabled
    }
}

extension ConfigurationDocument.AccessKeyStatement {
    fileprivate func fill(_ key: inout AccessKey) {
        key.name = self.name
        if let digest = self.digest {
            // A digest written without its hint says nothing new about the key it belongs to.
            if digest != key.digest || self.hint?.isEmpty == false { key.hint = self.hint ?? "" }
            key.digest = digest
        }
        key.isEnabled = self.isEnabled ?? key.isEnabled
    }
}
