public import Administration
public import Configuration
// One by one: GRDB has a `Configuration`, too.
import class GRDB.Database
import class GRDB.DatabaseQueue
import Synchronization

/// Keeps the configuration and the cooldowns in `config.db`.
///
/// Keys, headers and proxies of channels are encrypted with a ``MasterKey`` before they reach the file.
/// Every change is on disk when its call returns. Several processes may use one file; each call waits up to five seconds
/// for the others.
public final class SQLiteConfigurationStore: ConfigurationStore, Sendable {
    let path: String
    let database: DatabaseQueue
    let now: @Sendable () -> Int64
    /// Used on the connection only, so that a key never changes within a transaction.
    let box: Mutex<SecretBox>

    /// Opens a configuration database; makes it if there is none.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist. It is made for the user alone.
    ///   - key: What secrets are encrypted with; see ``DataFolder/openConfiguration(environment:now:)``.
    ///   - now: The wall clock, in milliseconds since 1970-01-01 UTC.
    /// - Throws: ``StoreError``. A file that cannot be read is left exactly as it is.
    public init(
        path: String,
        key: MasterKey,
        now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) throws {
        let box = SecretBox(key)
        self.path = path
        self.now = now
        self.box = Mutex(box)
        self.database = try ConfigurationSchema.file(path, box).open()
        try self.requireKey()
        try self.eraseTraces()
    }

    /// Closes the file; calls made later fail.
    ///
    /// - Throws: ``StoreError`` when something is still being read.
    public func close() throws {
        try StoreError.translating(self.path) { try self.database.close() }
    }

    /// The state now.
    ///
    /// - Throws: ``StoreError``.
    public func load() throws -> Configuration {
        try StoreError.translating(self.path) {
            try self.database.read { db in
                try ConfigurationReader(db: db, values: self.values(db)).draft().configuration
            }
        }
    }

    /// Changes the state; see ``Administration/ConfigurationStore``.
    ///
    /// - Throws: What the change throws, or ``StoreError``.
    public func transaction<Result>(
        _ change: (inout ConfigurationDraft) throws -> Result
    ) throws -> (result: Result, configuration: Configuration) {
        try StoreError.translating(self.path) {
            try self.database.writeWithoutTransaction { db in
                var outcome: (result: Result, configuration: Configuration)?
                try db.inTransaction(.immediate) {
                    let values = self.values(db)
                    let before = try ConfigurationReader(db: db, values: values).draft()
                    var draft = before
                    let result = try change(&draft)
                    let writer = ConfigurationWriter(db: db, values: values, old: before, new: draft)
                    outcome = (result, try writer.write())
                    return .commit
                }
                guard let outcome else { throw StoreError.failed(path: self.path, code: 0, detail: "no outcome") }
                return outcome
            }
        }
    }
}
