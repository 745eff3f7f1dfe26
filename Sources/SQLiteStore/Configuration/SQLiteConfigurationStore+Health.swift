public import Administration
import Configuration
import GRDB
public import Routing

extension SQLiteConfigurationStore: HealthStore {
    /// All cooldowns that no success has ended; see ``Administration/HealthStore``.
    ///
    /// - Throws: ``StoreError``.
    public func loadCooldowns() throws -> [StoredCooldown] {
        let now = self.now()
        return try StoreError.translating(self.path) {
            try self.database.read { db in
                try Row.fetchAll(db, sql: "SELECT * FROM cooldown ORDER BY entry_id").map { row in
                    let word: String = row["kind"]
                    guard let kind = CooldownReason.Kind(rawValue: word) else {
                        throw StoreError.unexpectedContent(path: self.path, detail: "cooldown reason \(word)")
                    }
                    let duration: Int64 = row["duration_ms"]
                    let left = (row["ends_at_ms"] as Int64).subtractingReportingOverflow(now)
                    let remaining = left.overflow ? 0 : min(max(left.partialValue, 0), duration)
                    return StoredCooldown(
                        entryID: APIEntry.ID(rawValue: row["entry_id"]),
                        remaining: .milliseconds(remaining),
                        reason: CooldownReason(kind: kind, status: row["status"], detail: row["detail"])
                    )
                }
            }
        }
    }

    /// Remembers changes of health; see ``Administration/HealthStore``.
    ///
    /// - Throws: ``StoreError``.
    public func save(_ changes: [HealthLedger.Change]) throws {
        guard !changes.isEmpty else { return }
        let now = self.now()
        try StoreError.translating(self.path) {
            try self.database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    for change in changes { try Self.write(change, now: now, db) }
                    return .commit
                }
            }
        }
    }

    private static func write(_ change: HealthLedger.Change, now: Int64, _ db: Database) throws {
        switch change {
        case .cleared(let id):
            try db.execute(sql: "DELETE FROM cooldown WHERE entry_id = ?", arguments: [id.rawValue])
        case .cooled(let id, let remaining, let reason):
            let duration = max(0, remaining.wholeMilliseconds)
            let end = now.addingReportingOverflow(duration)
            // The join passes over entries that were removed while the change was on its way.
            try db.execute(
                sql: """
                    INSERT INTO cooldown (entry_id, ends_at_ms, duration_ms, kind, status, detail)
                    SELECT id, ?, ?, ?, ?, ? FROM entry WHERE id = ?
                    ON CONFLICT (entry_id) DO UPDATE SET ends_at_ms = excluded.ends_at_ms,
                        duration_ms = excluded.duration_ms, kind = excluded.kind, status = excluded.status,
                        detail = excluded.detail
                    """,
                arguments: [
                    end.overflow ? Int64.max : end.partialValue, duration, reason.kind.rawValue, reason.status,
                    reason.detail, id.rawValue,
                ]
            )
        }
    }
}
