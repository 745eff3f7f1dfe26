import GRDB

/// The tables of `journal.db`.
enum JournalSchema {
    /// `APSJ`.
    static let applicationID: Int32 = 0x4150_534A

    static func file(_ path: String) -> DatabaseFile {
        DatabaseFile(
            path: path,
            applicationID: self.applicationID,
            migrator: self.migrator,
            synchronous: "NORMAL"
        )
    }

    /// Every step from an empty file to today's schema; steps are only ever added, at the end.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: requests and attempts") { db in
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: Self.request + Self.attempt)
        }
        return migrator
    }

    /// Newest first goes by the primary key; an index ends with it, so a page of one model is read without sorting.
    ///
    /// Two indexes leave out what most rows are: a model that answers to its own name, which the other index has, and
    /// success, which a walk from the newest row finds at once. The queries repeat these conditions word for word.
    private static let request = """
        CREATE TABLE request (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request_id TEXT NOT NULL,
            started_at_ms INTEGER NOT NULL,
            access_key_name TEXT,
            endpoint TEXT NOT NULL,
            inbound_dialect TEXT NOT NULL,
            outbound_dialect TEXT,
            requested_model TEXT NOT NULL,
            serving_model TEXT,
            channel_id INTEGER,
            channel_name TEXT COLLATE NOCASE,
            entry_id INTEGER,
            is_stream INTEGER NOT NULL CHECK (is_stream IN (0, 1)),
            status INTEGER NOT NULL,
            total_us INTEGER NOT NULL,
            first_token_us INTEGER,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cached_read_tokens INTEGER,
            cached_write_tokens INTEGER,
            reasoning_tokens INTEGER,
            ending TEXT NOT NULL,
            error TEXT,
            only_attempt_start_us INTEGER,
            only_attempt_duration_us INTEGER
        ) STRICT;
        CREATE INDEX request_by_start ON request (started_at_ms);
        CREATE INDEX request_by_requested_model ON request (requested_model);
        CREATE INDEX request_by_serving_model ON request (serving_model) WHERE serving_model <> requested_model;
        CREATE INDEX request_by_channel ON request (channel_name) WHERE channel_name IS NOT NULL;
        CREATE INDEX request_by_status ON request (status) WHERE status >= 300;

        """

    /// Attempts of requests that had several, or one that failed.
    ///
    /// Nearly all requests have one attempt, which answered: their own row says all of it but two times, which stand in its
    /// columns `only_attempt_…`.
    private static let attempt = """
        CREATE TABLE attempt (
            request INTEGER NOT NULL REFERENCES request (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            channel_id INTEGER NOT NULL,
            channel_name TEXT NOT NULL,
            entry_id INTEGER NOT NULL,
            model TEXT NOT NULL,
            start_us INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            status INTEGER,
            outcome TEXT NOT NULL,
            detail TEXT,
            PRIMARY KEY (request, position)
        ) STRICT, WITHOUT ROWID;
        """
}
