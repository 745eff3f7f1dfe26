import Administration
import Configuration
import Foundation
import GRDB
import SQLiteStore
import Testing

@Suite struct `The schema of the configuration` {
    private static let channel = """
        INSERT INTO channel (id, name, type, base_url, api_key, notes, proxy_mode, proxy_url, is_enabled)
        VALUES (1, 'A', 'openai', 'x', '', '', 'none', NULL, 1)
        """
    private static let entry = """
        INSERT INTO entry (id, channel_id, position, model, is_in_auto, is_enabled) VALUES (1, 1, 0, 'm', 1, 1)
        """
    private static let key =
        "INSERT INTO access_key (id, name, digest, hint, is_enabled) VALUES (1, 'k', zeroblob(32), '', 1)"

    @Test(
        arguments: [
            "INSERT INTO channel SELECT 2, 'a', type, base_url, api_key, notes, proxy_mode, proxy_url, NULL, NULL, NULL, 1 FROM channel",
            "UPDATE channel SET name = ''", "UPDATE channel SET name = NULL", "UPDATE channel SET type = 'other'",
            "UPDATE channel SET base_url = ''", "UPDATE channel SET proxy_mode = 'url'",
            "UPDATE channel SET proxy_url = 'x'",
            "UPDATE channel SET is_enabled = 2", "UPDATE channel SET connect_timeout_ms = 0",
            "UPDATE channel SET response_timeout_ms = 'soon'", "UPDATE channel SET api_version = ''",
            "INSERT INTO entry VALUES (2, 1, 1, 'm', NULL, NULL, 1, 1)",
            "INSERT INTO entry VALUES (2, 1, 0, 'm2', NULL, NULL, 1, 1)",
            "INSERT INTO entry VALUES (2, 9, 1, 'm2', NULL, NULL, 1, 1)", "UPDATE entry SET model = ''",
            "UPDATE entry SET kind = 'cat'", "UPDATE entry SET display_name = ''", "UPDATE entry SET is_in_auto = 3",
            "UPDATE access_key SET digest = zeroblob(31)", "UPDATE access_key SET name = ''",
            "INSERT INTO access_key VALUES (2, 'K', randomblob(32), '', 1)",
            "INSERT INTO access_key VALUES (2, 'b', zeroblob(32), '', 1)",
            "INSERT INTO channel_header VALUES (9, 0, 'a', '')", "INSERT INTO channel_header VALUES (1, -1, 'a', '')",
            "INSERT INTO channel_header VALUES (1, 0, 'a', ''), (1, 1, 'A', '')",
            "INSERT INTO setting VALUES ('', 'x')",
            "INSERT INTO setting VALUES ('a', NULL)", "INSERT INTO state VALUES (2, 0)",
            "UPDATE state SET revision = -1",
            "INSERT INTO cooldown VALUES (9, 0, 0, 'cut', NULL, '')",
            "INSERT INTO cooldown VALUES (1, 0, -1, 'cut', NULL, '')",
        ]
    ) func `refuses what must not be`(sql: String) throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        let queue = try DatabaseQueue(path: folder.folder.configurationPath)
        try queue.write { db in try db.execute(sql: "\(Self.channel);\(Self.entry);\(Self.key)") }

        let error = #expect(throws: DatabaseError.self) { try queue.write { db in try db.execute(sql: sql) } }

        #expect(error?.resultCode == .SQLITE_CONSTRAINT, "\(String(describing: error))")
    }

    @Test func `is strict everywhere`() throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        _ = try folder.journal()

        for path in [folder.folder.configurationPath, folder.folder.journalPath] {
            let loose = try DatabaseQueue(path: path).read { db in
                try String.fetchAll(
                    db,
                    sql:
                        "SELECT name FROM pragma_table_list WHERE strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite_%'"
                )
            }
            #expect(loose == ["grdb_migrations"])
        }
    }
}

@Suite struct `A database file that cannot be used` {
    private static func files(_ folder: TemporaryFolder) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return Dictionary(uniqueKeysWithValues: names.map { ($0, folder.contents($0) ?? Data()) })
    }

    @Test(arguments: ["x", "not a database at all, but rather long".repeated(300), "SQLite format 3\u{0}garbage"])
    func `is left byte for byte when it is something else`(text: String) throws {
        let folder = try TemporaryFolder()
        for path in [folder.folder.configurationPath, folder.folder.journalPath] {
            try Data(text.utf8).write(to: .init(filePath: path))
        }
        let before = try Self.files(folder)

        let error = #expect(throws: StoreError.self) { try folder.store() }
        let journalError = #expect(throws: StoreError.self) { try folder.journal() }

        for case let error? in [error, journalError] {
            guard case .undecodable = error else {
                Issue.record("\(error)")
                continue
            }
        }
        #expect(try Self.files(folder)["config.db"] == before["config.db"])
        #expect(try Self.files(folder)["journal.db"] == before["journal.db"])
        #expect(error?.description.contains(folder.folder.configurationPath) == true)
    }

    @Test(arguments: [4096, 8192, 20_000]) func `is left byte for byte when it is damaged`(offset: Int) throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        var data = try #require(folder.contents("config.db"))
        data.replaceSubrange(offset..<(offset + 2000), with: Data(repeating: 0xA5, count: 2000))
        try data.write(to: .init(filePath: folder.folder.configurationPath))

        let error = #expect(throws: StoreError.self) { try folder.store() }

        guard case .undecodable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(folder.contents("config.db") == data)
    }

    @Test func `is left when a newer version wrote it`() throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        try DatabaseQueue(path: folder.folder.configurationPath).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: from the future')")
        }

        let error = #expect(throws: StoreError.self) { try folder.store() }

        #expect(error == .newerVersion(path: folder.folder.configurationPath))
    }

    @Test func `is left when another program wrote it`() throws {
        let folder = try TemporaryFolder()
        try DatabaseQueue(path: folder.folder.configurationPath).write { db in try db.execute(sql: "CREATE TABLE t (a)")
        }
        let before = folder.contents("config.db")

        let error = #expect(throws: StoreError.self) { try folder.store() }

        #expect(error == .foreign(path: folder.folder.configurationPath))
        #expect(folder.contents("config.db") == before)
    }

    @Test func `is told when its folder is missing`() throws {
        let folder = try TemporaryFolder()

        #expect(throws: StoreError.self) {
            try DataFolder(path: "\(folder.path)/none").openConfiguration(environment: [:])
        }
        #expect(throws: StoreError.missing(path: "\(folder.path)/j.db")) {
            try SQLiteJournalReader(path: "\(folder.path)/j.db")
        }
    }

    @Test func `is finished when its making was interrupted`() throws {
        let folder = try TemporaryFolder()
        // GRDB makes this table before the first migration begins; a process may die between the two.
        try DatabaseQueue(path: folder.folder.configurationPath).write { db in
            try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }

        let store = try folder.store()

        #expect(try store.load() == GatewayState())
    }

    @Test func `may hold settings a newer version added`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        _ = try store.transaction { try $0.set("port", to: "81") }
        try DatabaseQueue(path: folder.folder.configurationPath).write { db in
            try db.execute(sql: "INSERT INTO setting VALUES ('from_the_future', '1')")
        }

        #expect(try store.load().settings.port == 81)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
