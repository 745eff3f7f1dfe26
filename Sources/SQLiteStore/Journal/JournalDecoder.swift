import Configuration
import GRDB
import GenerationModel
import Relay

/// Turns rows of the journal back into records.
struct JournalDecoder {
    let path: String

    func record(_ row: Row, attempts: [AttemptRecord]) throws -> RequestRecord {
        var record = RequestRecord(
            id: row["request_id"],
            startedAt: row["started_at_ms"],
            endpoint: row["endpoint"],
            inboundDialect: try self.word(row["inbound_dialect"])
        )
        record.accessKeyName = row["access_key_name"]
        record.outboundDialect = try (row["outbound_dialect"] as String?).map { try self.word($0) }
        record.requestedModel = row["requested_model"]
        record.servingModel = row["serving_model"]
        record.channelID = (row["channel_id"] as Int64?).map { Channel.ID(rawValue: $0) }
        record.channelName = row["channel_name"]
        record.entryID = (row["entry_id"] as Int64?).map { APIEntry.ID(rawValue: $0) }
        record.isStream = row["is_stream"]
        record.status = row["status"]
        record.totalMicroseconds = row["total_us"]
        record.firstTokenMicroseconds = row["first_token_us"]
        record.usage = TokenUsage(
            input: row["input_tokens"],
            output: row["output_tokens"],
            cachedRead: row["cached_read_tokens"],
            cachedWrite: row["cached_write_tokens"],
            reasoning: row["reasoning_tokens"]
        )
        record.ending = try self.word(row["ending"])
        record.error = row["error"]
        record.attempts = attempts
        if let start = row["only_attempt_start_us"] as Int64?, let duration = row["only_attempt_duration_us"] as Int64?,
            let attempt = AttemptRecord(only: record, startMicroseconds: start, durationMicroseconds: duration)
        {
            record.attempts = [attempt]
        }
        return record
    }

    static func attempt(_ row: Row) -> AttemptRecord {
        AttemptRecord(
            channelID: Channel.ID(rawValue: row["channel_id"]),
            channelName: row["channel_name"],
            entryID: APIEntry.ID(rawValue: row["entry_id"]),
            model: row["model"],
            startMicroseconds: row["start_us"],
            durationMicroseconds: row["duration_us"],
            status: row["status"],
            outcome: row["outcome"],
            detail: row["detail"]
        )
    }

    private func word<Word: RawRepresentable<String>>(_ text: String) throws -> Word {
        guard let word = Word(rawValue: text) else {
            throw StoreError.unexpectedContent(path: self.path, detail: text)
        }
        return word
    }
}

extension AttemptRecord {
    /// The attempt that answered a request at once, as the request's own row tells it; `nil` when nobody answered.
    init?(only record: RequestRecord, startMicroseconds: Int64, durationMicroseconds: Int64) {
        guard let channelID = record.channelID, let channelName = record.channelName, let entryID = record.entryID,
            let model = record.servingModel
        else { return nil }
        self.init(
            channelID: channelID,
            channelName: channelName,
            entryID: entryID,
            model: model,
            startMicroseconds: startMicroseconds,
            durationMicroseconds: durationMicroseconds,
            status: record.status,
            outcome: "ok"
        )
    }
}
