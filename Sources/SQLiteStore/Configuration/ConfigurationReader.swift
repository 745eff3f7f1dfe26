import Administration
import Configuration
import GRDB

/// Reads the whole configuration from one connection.
struct ConfigurationReader {
    let db: Database
    let values: SealedValues

    /// The state, with the last numbers that were given out.
    func draft() throws -> ConfigurationDraft {
        try self.values.requireThisKey()
        let configuration = GatewayConfiguration(
            revision: try Int64.fetchOne(self.db, sql: "SELECT revision FROM state") ?? 0,
            channels: try self.channels(),
            entries: try self.entries(),
            accessKeys: try self.accessKeys(),
            settings: try self.settings()
        )
        return ConfigurationDraft(configuration, counters: try self.counters())
    }

    private func channels() throws -> [Channel] {
        var headers: [Int64: [Channel.Header]] = [:]
        let headerRows = try Row.fetchCursor(
            self.db,
            sql: "SELECT * FROM channel_header ORDER BY channel_id, position"
        )
        while let row = try headerRows.next() {
            let place = SecretPlace.header(channel: row["channel_id"], position: row["position"])
            let value = Secret(try self.values.open(row["value"], at: place))
            headers[row["channel_id"], default: []].append(Channel.Header(name: row["name"], value: value))
        }
        return try Row.fetchAll(self.db, sql: "SELECT * FROM channel ORDER BY id").map { row in
            let id: Int64 = row["id"]
            let word: String = row["type"]
            guard let type = APIType(rawValue: word) else { throw self.unexpected("channel type \(word)") }
            return Channel(
                id: Channel.ID(rawValue: id),
                name: row["name"],
                type: type,
                baseURL: row["base_url"],
                apiKey: Secret(try self.values.open(row["api_key"], at: .apiKey(channel: id))),
                notes: row["notes"],
                headers: headers[id] ?? [],
                proxy: try self.proxy(row),
                apiVersion: row["api_version"],
                connectTimeout: (row["connect_timeout_ms"] as Int64?).map { .milliseconds($0) },
                responseTimeout: (row["response_timeout_ms"] as Int64?).map { .milliseconds($0) },
                isEnabled: row["is_enabled"]
            )
        }
    }

    private func proxy(_ row: Row) throws -> Channel.Proxy {
        let mode: String = row["proxy_mode"]
        switch mode {
        case "environment": return .environment
        case "none": return Channel.Proxy.none
        case "url": return .url(Secret(try self.values.open(row["proxy_url"] ?? "", at: .proxyURL(channel: row["id"]))))
        default: throw self.unexpected("proxy mode \(mode)")
        }
    }

    private func entries() throws -> [APIEntry] {
        try Row.fetchAll(self.db, sql: "SELECT * FROM entry ORDER BY position").map { row in
            let word: String? = row["kind"]
            let kind = word.flatMap { ModelKind(rawValue: $0) }
            guard kind != nil || word == nil else { throw self.unexpected("model kind \(word ?? "")") }
            return APIEntry(
                id: APIEntry.ID(rawValue: row["id"]),
                channelID: Channel.ID(rawValue: row["channel_id"]),
                model: row["model"],
                displayName: row["display_name"],
                kind: kind,
                isInAuto: row["is_in_auto"],
                isEnabled: row["is_enabled"]
            )
        }
    }

    private func accessKeys() throws -> [AccessKey] {
        try Row.fetchAll(self.db, sql: "SELECT * FROM access_key ORDER BY id").map { row in
            AccessKey(
                id: AccessKey.ID(rawValue: row["id"]),
                name: row["name"],
                digest: AccessKey.Digest(bytes: (row["digest"] as Blob).bytes),
                hint: row["hint"],
                isEnabled: row["is_enabled"]
            )
        }
    }

    /// Settings of names that are not known are kept for the version that wrote them.
    private func settings() throws -> GatewaySettings {
        var settings = GatewaySettings()
        let rows = try Row.fetchCursor(self.db, sql: "SELECT name, value FROM setting ORDER BY name")
        while let row = try rows.next() {
            guard let descriptor = SettingDescriptor.named(row["name"]) else { continue }
            do throws(SettingError) {
                try descriptor.set(row["value"], in: &settings)
            } catch {
                throw self.unexpected("setting \(error)")
            }
        }
        return settings
    }

    /// SQLite keeps the highest number an AUTOINCREMENT table ever had; <https://www.sqlite.org/autoinc.html>.
    private func counters() throws -> ConfigurationDraft.Counters {
        var counters = ConfigurationDraft.Counters()
        let rows = try Row.fetchCursor(self.db, sql: "SELECT name, seq FROM sqlite_sequence")
        while let row = try rows.next() {
            switch row["name"] as String {
            case "channel": counters.channel = row["seq"]
            case "entry": counters.entry = row["seq"]
            case "access_key": counters.accessKey = row["seq"]
            default: break
            }
        }
        return counters
    }

    private func unexpected(_ detail: String) -> StoreError {
        .unexpectedContent(path: self.values.path, detail: detail)
    }
}
