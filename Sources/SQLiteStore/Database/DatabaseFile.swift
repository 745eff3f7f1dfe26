import GRDB

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A database file: how it is recognised, checked and opened.
struct DatabaseFile {
    /// Where it is.
    let path: String
    /// What SQLite's header says whose file it is; <https://www.sqlite.org/fileformat.html#application_id>.
    let applicationID: Int32
    /// How it came to its schema.
    let migrator: DatabaseMigrator
    /// When SQLite waits for the disk: `FULL` loses nothing in a power cut, `NORMAL` perhaps the last moment.
    var synchronous = "FULL"
    /// Whether deleted and replaced content is overwritten with zeros, and nothing gets into files outside the folder.
    var erasesDeleted = false

    /// Files up to this many bytes are checked whole before they are opened.
    private static let checkedSize: off_t = 16 * 1024 * 1024

    /// Opens the file for reading and writing; makes it if there is none, and brings its schema up to date.
    ///
    /// A file that is damaged, foreign or too new is found out by a connection that cannot write.
    func open(busyTimeout: Double = 5) throws -> DatabaseQueue {
        try StoreError.translating(self.path) {
            try self.inspect()
            var configuration = GRDB.Configuration()
            configuration.busyMode = .timeout(busyTimeout)
            configuration.foreignKeysEnabled = true
            configuration.prepareDatabase { db in
                // Given here so that a connection that reopens has them, too.
                try db.execute(sql: "PRAGMA synchronous = \(self.synchronous)")
                guard self.erasesDeleted else { return }
                // <https://www.sqlite.org/pragma.html#pragma_secure_delete>, <https://www.sqlite.org/tempfiles.html>
                try db.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
            }
            let queue = try DatabaseQueue(path: self.path, configuration: configuration)
            try self.enableWAL(queue, patience: busyTimeout)
            try self.migrate(queue)
            return queue
        }
    }

    /// Brings the file into WAL mode.
    ///
    /// Several processes that make the file at the same moment get in each other's way here, and SQLite does not wait by
    /// itself: two connections that want to go from a shared to an exclusive lock would wait forever;
    /// <https://www.sqlite.org/c3ref/busy_handler.html>.
    private func enableWAL(_ queue: DatabaseQueue, patience seconds: Double) throws {
        let pause = 0.01
        for attempt in 0... {
            do {
                let mode = try queue.writeWithoutTransaction {
                    try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL")
                }
                guard mode != "wal" else { return }
                throw StoreError.denied(path: self.path, detail: "no WAL on this file system")
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                guard Double(attempt) * pause < seconds else { throw error }
                usleep(UInt32(pause * 1_000_000))
            }
        }
    }

    /// Opens the file for reading, also while another process writes it.
    func openForReading(busyTimeout: Double = 5) throws -> DatabaseQueue {
        try StoreError.translating(self.path) {
            guard access(self.path, F_OK) == 0 else { throw StoreError.missing(path: self.path) }
            let queue = try self.reader(busyTimeout: busyTimeout)
            try queue.read { db in
                try self.recognise(db)
                guard try self.migrator.hasCompletedMigrations(db) else {
                    throw StoreError.olderVersion(path: self.path)
                }
            }
            return queue
        }
    }

    private func reader(busyTimeout: Double) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        return try DatabaseQueue(path: self.path, configuration: configuration)
    }

    /// Asks the file something through a connection that cannot write; `nil` when there is no file or nothing in it.
    func examine<Result>(_ question: (Database) throws -> Result) throws -> Result? {
        try StoreError.translating(self.path) {
            guard let size = try self.size(), size > 0 else { return nil }
            return try self.examine(size: size, question)
        }
    }

    private func examine<Result>(size: off_t, _ question: (Database) throws -> Result) throws -> Result {
        // SQLite takes a file that is shorter than its smallest page for an empty one and would overwrite it.
        guard size >= 512 else { throw StoreError.undecodable(path: self.path, detail: "file is not a database") }
        let queue = try self.reader(busyTimeout: 5)
        defer { try? queue.close() }
        return try queue.read { db in
            try self.recognise(db)
            return try question(db)
        }
    }

    private func inspect() throws {
        let size = try self.makeOrMeasure()
        guard size > 0 else { return }
        try self.examine(size: size) { db in
            guard size <= Self.checkedSize else { return }
            let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no verdict"
            guard verdict == "ok" else { throw StoreError.undecodable(path: self.path, detail: verdict) }
        }
    }

    /// The file's size; makes it, for the user alone, if there is none.
    ///
    /// A file that exists is never opened here: closing it would drop the locks of every SQLite connection this process
    /// has to it; <https://www.sqlite.org/howtocorrupt.html> §2.2.
    private func makeOrMeasure() throws(StoreError) -> off_t {
        do throws(FileError) {
            _ = try OpenFile(self.path, O_RDWR | O_CREAT | O_EXCL)
            return 0
        } catch {
            guard error.code == EEXIST else { throw .file(error) }
        }
        guard let size = try self.size() else { throw .file(FileError("open", self.path, code: EEXIST)) }
        return size
    }

    /// `nil` when there is no file.
    private func size() throws(StoreError) -> off_t? {
        var status = stat()
        guard stat(self.path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(FileError("open", self.path, code: EEXIST)) }
        return status.st_size
    }

    private func recognise(_ db: Database) throws {
        // GRDB makes its table of migrations before the first migration writes the application's number, so a file that has
        // nothing else is new. Tables are counted first: while another process makes the file, the number comes with them.
        let sql = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        let isNew = try Int.fetchOne(db, sql: sql) == 0
        let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard id == self.applicationID || (isNew && id == 0) else { throw StoreError.foreign(path: self.path) }
        guard try !self.migrator.hasBeenSuperseded(db) else { throw StoreError.newerVersion(path: self.path) }
    }

    private func migrate(_ queue: DatabaseQueue) throws {
        do {
            try self.migrator.migrate(queue)
        } catch is DatabaseError {
            // Two processes that create the file at the same moment both see it empty; the slower one looks again.
            try self.migrator.migrate(queue)
        }
    }
}
