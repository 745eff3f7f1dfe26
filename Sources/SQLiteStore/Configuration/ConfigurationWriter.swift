import Administration
import Configuration
import GRDB
import Routing

/// Writes what differs between two states, inside a transaction of one connection.
///
/// Names, positions and digests are unique at every moment, so rows that change theirs are first put aside: two channels
/// may swap their names, and any entry may move past any other.
struct ConfigurationWriter {
    let db: Database
    let values: SealedValues
    let old: ConfigurationDraft
    let new: ConfigurationDraft

    /// Writes the differences.
    ///
    /// - Returns: The new state, its revision raised if anything differs.
    func write() throws -> GatewayConfiguration {
        try self.writeCounters()
        var result = self.new.configuration
        result.revision = self.old.configuration.revision
        guard result != self.old.configuration else { return result }
        result.revision += 1
        try self.values.claim()
        try self.db.execute(sql: "UPDATE state SET revision = ?", arguments: [result.revision])
        try self.delete("entry", self.old.entries.map(\.id), self.new.entries.map(\.id))
        try self.delete("channel", self.old.channels.map(\.id), self.new.channels.map(\.id))
        try self.delete("access_key", self.old.accessKeys.map(\.id), self.new.accessKeys.map(\.id))
        try self.writeChannels()
        try self.writeEntries()
        try self.writeAccessKeys()
        try self.writeSettings()
        return result
    }

    /// Remembers numbers that were given out, also those of rows that were removed before they were written.
    private func writeCounters() throws {
        let pairs = [
            ("channel", self.old.counters.channel, self.new.counters.channel),
            ("entry", self.old.counters.entry, self.new.counters.entry),
            ("access_key", self.old.counters.accessKey, self.new.counters.accessKey),
        ]
        for (table, before, after) in pairs where before != after {
            try self.db.execute(sql: "UPDATE sqlite_sequence SET seq = ? WHERE name = ?", arguments: [after, table])
            guard self.db.changesCount == 0 else { continue }
            try self.db.execute(
                sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
                arguments: [table, after]
            )
        }
    }

    private func delete<ID: RawRepresentable<Int64> & Hashable>(_ table: String, _ before: [ID], _ after: [ID]) throws {
        let kept = Set(after)
        for id in before where !kept.contains(id) {
            try self.db.execute(sql: "DELETE FROM \(table) WHERE id = ?", arguments: [id.rawValue])
        }
    }

    // MARK: Channels

    private func writeChannels() throws {
        let before = Dictionary(uniqueKeysWithValues: self.old.channels.map { ($0.id, $0) })
        let changed = self.new.channels.filter { before[$0.id] != $0 }
        for channel in changed where before[channel.id].map({ $0.name != channel.name }) == true {
            try self.db.execute(
                sql: "UPDATE channel SET name = char(1) || id WHERE id = ?",
                arguments: [channel.id.rawValue]
            )
        }
        for channel in changed {
            try self.upsert(channel)
            guard before[channel.id]?.headers ?? [] != channel.headers else { continue }
            try self.writeHeaders(of: channel)
        }
    }

    private func upsert(_ channel: Channel) throws {
        let id = channel.id.rawValue
        let mode: String
        var url: String?
        switch channel.proxy {
        case .environment: mode = "environment"
        case .none: mode = "none"
        case .url(let secret):
            mode = "url"
            url = try self.values.box.seal(secret.value, at: .proxyURL(channel: id))
        }
        try self.upsert(
            "channel",
            id: id,
            [
                ("name", channel.name),
                ("type", channel.type.rawValue),
                ("base_url", channel.baseURL),
                ("api_key", try self.values.box.seal(channel.apiKey.value, at: .apiKey(channel: id))),
                ("notes", channel.notes),
                ("proxy_mode", mode),
                ("proxy_url", url),
                ("api_version", channel.apiVersion),
                ("connect_timeout_ms", channel.connectTimeout?.wholeMilliseconds),
                ("response_timeout_ms", channel.responseTimeout?.wholeMilliseconds),
                ("is_enabled", channel.isEnabled),
            ]
        )
    }

    private func writeHeaders(of channel: Channel) throws {
        let id = channel.id.rawValue
        try self.db.execute(sql: "DELETE FROM channel_header WHERE channel_id = ?", arguments: [id])
        for (position, header) in channel.headers.enumerated() {
            let place = SecretPlace.header(channel: id, position: Int64(position))
            try self.db.execute(
                sql: "INSERT INTO channel_header (channel_id, position, name, value) VALUES (?, ?, ?, ?)",
                arguments: [id, position, header.name, try self.values.box.seal(header.value.value, at: place)]
            )
        }
    }

    // MARK: Entries

    private func writeEntries() throws {
        let before = Dictionary(uniqueKeysWithValues: self.old.entries.enumerated().map { ($0.element.id, $0) })
        let changed = self.new.entries.enumerated().filter { position, entry in
            before[entry.id].map { $0.offset != position || $0.element != entry } ?? true
        }
        for (_, entry) in changed where before[entry.id] != nil {
            try self.db.execute(
                sql: "UPDATE entry SET position = -id, model = char(1) || id WHERE id = ?",
                arguments: [entry.id.rawValue]
            )
        }
        for (position, entry) in changed {
            try self.upsert(
                "entry",
                id: entry.id.rawValue,
                [
                    ("channel_id", entry.channelID.rawValue),
                    ("position", position),
                    ("model", entry.model),
                    ("display_name", entry.displayName),
                    ("kind", entry.kind?.rawValue),
                    ("is_in_auto", entry.isInAuto),
                    ("is_enabled", entry.isEnabled),
                ]
            )
        }
    }

    func upsert(_ table: String, id: Int64, _ columns: [(String, (any DatabaseValueConvertible)?)]) throws {
        let names = columns.map(\.0).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let updates = columns.map { "\($0.0) = excluded.\($0.0)" }.joined(separator: ", ")
        let statement = try self.db.cachedStatement(
            sql: """
                INSERT INTO \(table) (id, \(names)) VALUES (?, \(marks))
                ON CONFLICT (id) DO UPDATE SET \(updates)
                """
        )
        try statement.execute(arguments: StatementArguments([id] + columns.map(\.1)))
    }
}
