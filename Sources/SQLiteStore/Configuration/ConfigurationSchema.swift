import GRDB

/// The tables of `config.db`.
enum ConfigurationSchema {
    /// `APSC`.
    static let applicationID: Int32 = 0x4150_5343

    /// `config.db` as it is opened; nothing that was deleted stays in it.
    static func file(_ path: String, _ box: SecretBox) -> DatabaseFile {
        DatabaseFile(
            path: path,
            applicationID: Self.applicationID,
            migrator: Self.migrator(path, box),
            erasesDeleted: true
        )
    }

    /// Every step from an empty file to today's schema; steps are only ever added, at the end.
    private static func migrator(_ path: String, _ box: SecretBox) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: channels, entries, access keys, settings, cooldowns") { db in
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: Self.channels + Self.entries + Self.rest)
        }
        migrator.registerMigration("2: keys, headers and proxies encrypted") { db in
            try db.execute(sql: Self.masterKey)
            let values = SealedValues(db: db, box: box, path: path)
            // "Exist" means plain ones here. Without any, the first that is written chooses the key.
            if try values.exist() { try values.sealPlainValues() }
        }
        return migrator
    }

    private static let channels = """
        CREATE TABLE channel (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(name) > 0),
            type TEXT NOT NULL CHECK (type IN ('openai', 'anthropic', 'gemini', 'azure', 'custom')),
            base_url TEXT NOT NULL CHECK (length(base_url) > 0),
            api_key TEXT NOT NULL,
            notes TEXT NOT NULL,
            proxy_mode TEXT NOT NULL CHECK (proxy_mode IN ('environment', 'none', 'url')),
            proxy_url TEXT,
            api_version TEXT CHECK (length(api_version) > 0),
            connect_timeout_ms INTEGER CHECK (connect_timeout_ms > 0),
            response_timeout_ms INTEGER CHECK (response_timeout_ms > 0),
            is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
            CHECK ((proxy_mode = 'url') = (proxy_url IS NOT NULL))
        ) STRICT;
        CREATE TABLE channel_header (
            channel_id INTEGER NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            name TEXT NOT NULL COLLATE NOCASE CHECK (length(name) > 0),
            value TEXT NOT NULL,
            PRIMARY KEY (channel_id, position),
            UNIQUE (channel_id, name)
        ) STRICT, WITHOUT ROWID;

        """

    /// Positions below zero are where entries stay while others are moved past them.
    private static let entries = """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            channel_id INTEGER NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
            position INTEGER NOT NULL UNIQUE,
            model TEXT NOT NULL CHECK (length(model) > 0),
            display_name TEXT CHECK (length(display_name) > 0),
            kind TEXT CHECK (kind IN ('chat', 'embedding', 'image', 'audio', 'moderation', 'rerank')),
            is_in_auto INTEGER NOT NULL CHECK (is_in_auto IN (0, 1)),
            is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
            UNIQUE (channel_id, model)
        ) STRICT;
        CREATE TABLE cooldown (
            entry_id INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
            ends_at_ms INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
            kind TEXT NOT NULL CHECK (length(kind) > 0),
            status INTEGER,
            detail TEXT NOT NULL
        ) STRICT;

        """

    private static let rest = """
        CREATE TABLE access_key (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(name) > 0),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            hint TEXT NOT NULL,
            is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1))
        ) STRICT;
        CREATE TABLE setting (
            name TEXT PRIMARY KEY NOT NULL CHECK (length(name) > 0),
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER NOT NULL CHECK (revision >= 0)
        ) STRICT;
        INSERT INTO state (id, revision) VALUES (1, 0);
        """

    /// A file that was ever changed may have plain values in its free space and its log until it is built anew.
    private static let masterKey = """
        CREATE TABLE master_key (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            fingerprint TEXT CHECK (length(fingerprint) > 0),
            may_have_traces INTEGER NOT NULL CHECK (may_have_traces IN (0, 1))
        ) STRICT;
        INSERT INTO master_key (id, may_have_traces) SELECT 1, revision > 0 FROM state;
        """
}
