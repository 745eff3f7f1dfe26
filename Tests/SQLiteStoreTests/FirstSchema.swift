import Foundation
import GRDB
import SQLiteStore

/// `config.db` as the first migration made it, with plain keys: a frozen copy that must not follow the sources.
enum FirstSchema {
    /// What is planted where people put keys; the first two are not in any row any more.
    static let deleted = ["planted-deleted-key-1111", "planted-replaced-key-2222"]
    static let kept = ["planted-api-key-3333", "planted-header-4444", "http://u:planted-proxy-5555@p:1"]

    /// Writes the file, and leaves its log behind as a process that dies does.
    static func write(to folder: TemporaryFolder) throws {
        let workshop = try TemporaryFolder()
        var configuration = GRDB.Configuration()
        configuration.prepareDatabase { db in
            // Not every SQLite erases by default what is deleted; Debian's does.
            try db.execute(sql: "PRAGMA secure_delete = OFF; PRAGMA wal_autocheckpoint = 0")
        }
        let queue = try DatabaseQueue(path: workshop.folder.configurationPath, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: Self.tables + Self.rows)
            try db.checkpoint(.truncate)
            try db.execute(sql: Self.changes)
        }
        for name in ["config.db", "config.db-wal"] {
            try FileManager.default.copyItem(atPath: "\(workshop.path)/\(name)", toPath: "\(folder.path)/\(name)")
        }
        try queue.close()
    }

    private static let rows = """
        INSERT INTO channel VALUES
            (1, 'A', 'openai', 'a', '\(kept[0])', '', 'url', '\(kept[2])', NULL, NULL, NULL, 1),
            (2, 'B', 'openai', 'b', '\(deleted[1])', '', 'none', NULL, NULL, NULL, NULL, 1),
            (3, 'C', 'openai', 'c', '\(deleted[0])', hex(zeroblob(9000)), 'none', NULL, NULL, NULL, NULL, 1);
        INSERT INTO channel_header VALUES (1, 0, 'x-key', '\(kept[1])');
        UPDATE state SET revision = 7;

        """
    private static let changes = """
        UPDATE channel SET api_key = '' WHERE id = 2;
        DELETE FROM channel WHERE id = 3;
        UPDATE state SET revision = 8;
        """

    private static let tables = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1: channels, entries, access keys, settings, cooldowns');
        PRAGMA application_id = 1095783235;
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
}
