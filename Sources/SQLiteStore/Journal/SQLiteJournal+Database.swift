import GRDB
import Logging
import Relay

extension SQLiteJournal {
    /// Writes the oldest chunk and removes it from memory.
    ///
    /// Look, write and remove happen in one turn of the connection, so two callers never write the same chunk.
    ///
    /// - Returns: How many records it had; 0 when nothing waits.
    func writeChunk() async throws -> Int {
        guard self.buffer.count > 0 else { return 0 }
        return try await self.onConnection { db in
            let records = self.buffer.firstChunk()
            guard !records.isEmpty else { return 0 }
            let writer = JournalWriter(db: db)
            do {
                try writer.write(records)
            } catch let error as DatabaseError where JournalWriter.isRefusal(error) {
                let outcome = try writer.writeEach(records)
                self.reportRefusal(outcome.refused, outcome.reason ?? error)
            }
            let dropped = self.buffer.removeFirstChunk()
            if dropped > 0 { self.reportDropped(dropped) }
            return records.count
        }
    }

    /// Removes rows that are older than the user wants to keep.
    func removeOldRowsUntilCancelled() async {
        try? await Task.sleep(for: self.tuning.firstRetention)
        while !Task.isCancelled {
            do {
                let removed = try await self.removeOldRows()
                if removed > 0 {
                    self.logger.info(
                        "old rows of the request journal removed",
                        metadata: [JournalLogKey.path: "\(self.path)", JournalLogKey.removed: "\(removed)"]
                    )
                }
            } catch {
                self.logger.warning(
                    "old rows of the request journal cannot be removed",
                    metadata: [JournalLogKey.path: "\(self.path)", JournalLogKey.reason: "\(error)"]
                )
            }
            try? await Task.sleep(for: self.tuning.retentionInterval)
        }
    }

    /// Removes old rows in small transactions, so that new rows get their turn in between.
    ///
    /// - Returns: How many requests were removed.
    func removeOldRows() async throws -> Int {
        let (span, overflow) = Int64(self.retentionDays()).multipliedReportingOverflow(by: 86_400_000)
        guard span > 0, !overflow else { return 0 }
        let limit = self.now() - span
        let batch = self.tuning.retentionBatch
        var removed = 0
        while !Task.isCancelled {
            let count = try await self.onConnection { db in
                // Attempts go with their request, by the foreign key.
                try db.execute(
                    sql: """
                        DELETE FROM request WHERE id IN (
                            SELECT id FROM request WHERE started_at_ms < ? ORDER BY started_at_ms LIMIT ?
                        )
                        """,
                    arguments: [limit, batch]
                )
                return db.changesCount
            }
            removed += count
            guard count == batch else { break }
        }
        return removed
    }

    /// Runs a closure when the connection is free.
    ///
    /// Cancellation does not reach it: a half-written chunk helps nobody.
    private func onConnection<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            self.database.asyncWriteWithoutTransaction { db in
                continuation.resume(
                    with: Swift.Result { try StoreError.translating(self.path) { try body(db) } }
                )
            }
        }
    }

    private func reportDropped(_ count: Int) {
        self.logger.error(
            "request journal dropped rows",
            metadata: [JournalLogKey.path: "\(self.path)", JournalLogKey.dropped: "\(count)"]
        )
    }

    private func reportRefusal(_ count: Int, _ reason: DatabaseError) {
        self.logger.error(
            "request journal refused rows",
            metadata: [
                JournalLogKey.path: "\(self.path)", JournalLogKey.refused: "\(count)",
                JournalLogKey.reason: "\(reason.message ?? "")",
            ]
        )
    }
}
