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
        var row = RowInsertion(request)
        row.bind(record.id)
        row.bind(record.startedAt)
        row.bind(record.accessKeyName)
        row.bind(record.endpoint)
        row.bind(record.inboundDialect.rawValue)
        row.bind(record.outboundDialect?.rawValue)
        row.bind(record.requestedModel)
        row.bind(record.servingModel)
        row.bind(record.channelID?.rawValue)
        row.bind(record.channelName)
        row.bind(record.entryID?.rawValue)
        row.bind(record.isStream ? 1 : 0)
        row.bind(record.status)
        row.bind(record.totalMicroseconds)
        row.bind(record.firstTokenMicroseconds)
        row.bind(record.usage.input)
        row.bind(record.usage.output)
        row.bind(record.usage.cachedRead)
        row.bind(record.usage.cachedWrite)
        row.bind(record.usage.reasoning)
        row.bind(record.ending.rawValue)
        row.bind(record.error)
        let only = Self.onlyAttempt(record)
        row.bind(only?.startMicroseconds)
        row.bind(only?.durationMicroseconds)
        try row.insert()
        guard only == nil else { return }
        let id = db.lastInsertedRowID
        for (position, record) in record.attempts.enumerated() {
            try Self.write(record, request: id, position: position, attempt)
        }
    }

    /// The one attempt of a request, when the request's own row says everything else about it.
    private static func onlyAttempt(_ record: RequestRecord) -> AttemptRecord? {
        guard record.attempts.count == 1, let attempt = record.attempts.first,
            let row = AttemptRecord(
                only: record,
                startMicroseconds: attempt.startMicroseconds,
                durationMicroseconds: attempt.durationMicroseconds
            )
        else { return nil }
        return row == attempt ? attempt : nil
    }

    private static func write(
        _ record: AttemptRecord,
        request: Int64,
        position: Int,
        _ attempt: Statement
    ) throws {
        var row = RowInsertion(attempt)
        row.bind(request)
        row.bind(position)
        row.bind(record.channelID.rawValue)
        row.bind(record.channelName)
        row.bind(record.entryID.rawValue)
        row.bind(record.model)
        row.bind(record.startMicroseconds)
        row.bind(record.durationMicroseconds)
        row.bind(record.status)
        row.bind(record.outcome)
        row.bind(record.detail)
        try row.insert()
    }

    private static let insertRequest = """
        INSERT INTO request (
            request_id, started_at_ms, access_key_name, endpoint, inbound_dialect, outbound_dialect, requested_model,
            serving_model, channel_id, channel_name, entry_id, is_stream, status, total_us, first_token_us, input_tokens,
            output_tokens, cached_read_tokens, cached_write_tokens, reasoning_tokens, ending, error,
            only_attempt_start_us, only_attempt_duration_us
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let insertAttempt = """
        INSERT INTO attempt (
            request, position, channel_id, channel_name, entry_id, model, start_us, duration_us, status, outcome, detail
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}
