import Administration
import Configuration
import GRDB

/// Access keys and settings.
extension ConfigurationWriter {
    /// Writes access keys; names and digests may change places, too.
    func writeAccessKeys() throws {
        let before = Dictionary(uniqueKeysWithValues: self.old.accessKeys.map { ($0.id, $0) })
        let changed = self.new.accessKeys.filter { before[$0.id] != $0 }
        for key in changed where before[key.id] != nil {
            try self.db.execute(
                sql: "UPDATE access_key SET name = char(1) || id, digest = randomblob(32) WHERE id = ?",
                arguments: [key.id.rawValue]
            )
        }
        for key in changed {
            try self.upsert(
                "access_key",
                id: key.id.rawValue,
                [
                    ("name", key.name),
                    ("digest", Blob(bytes: key.digest.bytes)),
                    ("hint", key.hint),
                    ("is_enabled", key.isEnabled),
                ]
            )
        }
    }

    /// Only settings that differ from their defaults have rows, so that a better default reaches everybody else.
    func writeSettings() throws {
        for descriptor in SettingDescriptor.all {
            let text = descriptor.text(in: self.new.settings)
            guard text != descriptor.text(in: self.old.settings) else { continue }
            if text == descriptor.text(in: GatewaySettings()) {
                try self.db.execute(sql: "DELETE FROM setting WHERE name = ?", arguments: [descriptor.name])
            } else {
                try self.db.execute(
                    sql: """
                        INSERT INTO setting (name, value) VALUES (?, ?)
                        ON CONFLICT (name) DO UPDATE SET value = excluded.value
                        """,
                    arguments: [descriptor.name, text]
                )
            }
        }
    }
}
