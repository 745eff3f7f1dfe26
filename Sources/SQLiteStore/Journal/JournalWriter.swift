import Configuration
import GRDB
import GenerationModel
import Relay

/// Writes records through one connection.
struct JournalWriter {
    let db: Database

    /// Writes records, all of them or none.
    func write(_ records: [RequestRecord]) throws {
        try self.db.inTransaction(.immediate) {
            let request = try self.db.cachedStatement(sql: Self.insertRequest)
            let attempt = try self.db.cachedStatement(sql: Self.insertAttempt)
            for record in records { try Self.write(record, self.db, request, attempt) }
            return .commit
        }
    }

    /// Writes records one by one and passes over those that the schema refuses.
    ///
    /// - Returns: How many were passed over, and why the last one was.
    func writeEach(_ records: [RequestRecord]) throws -> (refused: Int, reason: DatabaseError?) {
        var refused = 0
        var reason: DatabaseError?
        try self.db.inTransaction(.immediate) {
            let request = try self.db.cachedStatement(sql: Self.insertRequest)
            let attempt = try self.db.cachedStatement(sql: Self.insertAttempt)
            for record in records {
                do {
                    try self.db.inSavepoint {
                        try Self.write(record, self.db, request, attempt)
                        return .commit
                    }
                } catch let error as DatabaseError where Self.isRefusal(error) {
                    refused += 1
                    reason = error
                }
            }
            return .commit
        }
        return (refused, reason)
    }

    /// Whether an error is about what is written and not about the disk.
    static func isRefusal(_ error: DatabaseError) -> Bool {
        [.SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG].contains(error.resultCode)
    }

    private static func write(
        _ record: RequestRecord,
        _ db: Database,
        _ request: Statement,
        _ attempt: Statement
    ) throws {
        request.setUncheckedArguments(StatementArguments(Self.values(of: record)))
        try request.execute()
        guard !record.attempts.isEmpty else { return }
        let id = db.lastInsertedRowID
        for (position, record) in record.attempts.enumerated() {
            attempt.setUncheckedArguments(StatementArguments(Self.values(of: record, request: id, position: position)))
            try attempt.execute()
        }
    }

    private static func values(of record: RequestRecord) -> [(any DatabaseValueConvertible)?] {
        [
            record.id, record.startedAt, record.accessKeyName, record.endpoint, record.inboundDialect.rawValue,
            record.outboundDialect?.rawValue, record.requestedModel, record.servingModel, record.channelID?.rawValue,
            record.channelName, record.entryID?.rawValue, record.isStream, record.status, record.totalMicroseconds,
            record.firstTokenMicroseconds, record.usage.input, record.usage.output, record.usage.cachedRead,
            record.usage.cachedWrite, record.usage.reasoning, record.ending.rawValue, record.error,
        ]
    }

    private static func values(
        of record: AttemptRecord,
        request: Int64,
        position: Int
    ) -> [(any DatabaseValueConvertible)?] {
        [
            request, position, record.channelID.rawValue, record.channelName, record.entryID.rawValue, record.model,
            record.startMicroseconds, record.durationMicroseconds, record.status, record.outcome, record.detail,
        ]
    }

    private static let insertRequest = """
        INSERT INTO request (
            request_id, started_at_ms, access_key_name, endpoint, inbound_dialect, outbound_dialect, requested_model,
            serving_model, channel_id, channel_name, entry_id, is_stream, status, total_us, first_token_us, input_tokens,
            output_tokens, cached_read_tokens, cached_write_tokens, reasoning_tokens, ending, error
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let insertAttempt = """
        INSERT INTO attempt (
            request, position, channel_id, channel_name, entry_id, model, start_us, duration_us, status, outcome, detail
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}
