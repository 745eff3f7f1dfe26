import class GRDB.Database
import class GRDB.Row
import Synchronization

extension SQLiteConfigurationStore {
    /// The key that values are encrypted with.
    var key: MasterKey { self.box.withLock { $0.key } }

    /// Encrypts everything anew with another master key, in one transaction, and goes on with that key.
    ///
    /// The caller keeps the key: for one that is in the data folder use
    /// ``DataFolder/rotateMasterKey(of:to:holding:)``, which loses neither key wherever it is cut short. Other processes
    /// that have the database open with the old key are refused from then on.
    ///
    /// - Parameter key: The new key.
    /// - Throws: ``StoreError``.
    public func rotate(to key: MasterKey) throws {
        try self.reseal(to: key)
        try self.eraseTraces()
    }

    /// Encrypts everything anew; what was encrypted with the old key stays in free space until ``eraseTraces()``.
    func reseal(to key: MasterKey) throws {
        let box = SecretBox(key)
        try StoreError.translating(self.path) {
            try self.database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try self.values(db).reseal(with: box)
                    return .commit
                }
                // Still on the connection: nobody reads with the old key in between.
                self.box.withLock { $0 = box }
            }
        }
    }

    /// Makes sure that the values are encrypted with the key of this store.
    ///
    /// - Throws: ``StoreError/masterKeyWrong(path:)``.
    func requireKey() throws {
        try StoreError.translating(self.path) {
            try self.database.read { db in try self.values(db).requireThisKey() }
        }
    }

    /// Builds the file anew if free space or the log may hold plain values, or some of a former key.
    ///
    /// While others use the database it may not be possible; the next process that opens it tries again.
    func eraseTraces() throws {
        do {
            try StoreError.translating(self.path) { try self.database.writeWithoutTransaction(Self.eraseTraces) }
        } catch StoreError.busy {}
    }

    private static func eraseTraces(_ db: Database) throws {
        guard try Bool.fetchOne(db, sql: "SELECT may_have_traces FROM master_key") ?? false else { return }
        try db.execute(sql: "VACUUM")
        let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        // The first column says whether somebody still reads the log; <https://www.sqlite.org/pragma.html#pragma_wal_checkpoint>.
        guard row?[0] == 0 else { return }
        try db.execute(sql: "UPDATE master_key SET may_have_traces = 0")
    }

    /// The encrypted values, with the key of this moment.
    func values(_ db: Database) -> SealedValues {
        SealedValues(db: db, box: self.box.withLock { $0 }, path: self.path)
    }
}
