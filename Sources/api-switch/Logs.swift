import Administration
import ArgumentParser
import Dialects
import GatewayServer
import GenerationModel
import JSON
import Relay

/// `api-switch logs`.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the last requests, newest first.",
        discussion: """
            Examples:
              api-switch logs
              api-switch logs --limit 200 --status 5 --json
              api-switch logs --channel OpenAI --model gpt-5.4-mini
            """
    )

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("How many rows, at most 10000.", valueName: "rows"))
    var limit = 50
    @Option(help: ArgumentHelp("Only requests that asked for, or were served by, this model.", valueName: "name"))
    var model: String?
    @Option(help: ArgumentHelp("Only requests of this channel.", valueName: "name"))
    var channel: String?
    @Option(help: ArgumentHelp("Only statuses that begin with this digit: 2, 4 or 5.", valueName: "digit"))
    var status: Int?
    @Flag(help: "Print JSON, one object a line.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(self.limit) else { throw ValidationError("--limit must be from 1 to 10000") }
        if let status, JournalQuery.StatusClass(rawValue: status) == nil {
            throw ValidationError("--status must be a digit from 1 to 5")
        }
    }

    func run() async throws {
        do {
            let state = try GatewayState.open(self.folder.dataDir, environment: Foundationless.environment())
            let query = JournalQuery(
                limit: self.limit,
                model: self.model,
                channel: self.channel,
                status: self.status.flatMap(JournalQuery.StatusClass.init)
            )
            let rows = try state.requests(query)
            if self.json {
                for row in rows { Terminal.say(row.json) }
            } else {
                Terminal.say(Terminal.table([JournalRow.columns] + rows.map(\.cells)))
            }
        } catch {
            throw Terminal.failure(error)
        }
    }
}

extension JournalRow {
    static let columns = ["TIME (UTC)", "STATUS", "MODEL", "CHANNEL", "MS", "FIRST", "IN", "OUT", "TRIES", "ERROR"]

    fileprivate var cells: [String] {
        [
            Timestamp.iso8601(seconds: self.record.startedAt / 1000),
            self.record.ending == .cut ? "\(self.record.status) cut" : String(self.record.status),
            self.record.displayedModel,
            self.record.channelName ?? "-",
            String(self.record.totalMicroseconds / 1000),
            self.record.firstTokenMicroseconds.map { String($0 / 1000) } ?? "-",
            self.record.usage.input.map(String.init) ?? "-",
            self.record.usage.output.map(String.init) ?? "-",
            String(self.record.attempts.count),
            String((self.record.error ?? "").prefix(100)),
        ]
    }

    fileprivate var json: JSONValue {
        let record = self.record
        let usage: JSONObject = [
            "input": .init(record.usage.input), "output": .init(record.usage.output),
            "cached_read": .init(record.usage.cachedRead), "cached_write": .init(record.usage.cachedWrite),
            "reasoning": .init(record.usage.reasoning),
        ]
        return .object([
            "id": .number(JSONNumber(self.id)),
            "request_id": .string(record.id),
            "time": .string(Timestamp.iso8601(seconds: record.startedAt / 1000)),
            "started_at_ms": .number(JSONNumber(record.startedAt)),
            "access_key": .init(record.accessKeyName),
            "endpoint": .string(record.endpoint),
            "dialect_in": .string(record.inboundDialect.rawValue),
            "dialect_out": .init(record.outboundDialect?.rawValue),
            "model": .string(record.displayedModel),
            "requested_model": .string(record.requestedModel),
            "serving_model": .init(record.servingModel),
            "channel": .init(record.channelName),
            "stream": .bool(record.isStream),
            "status": .number(JSONNumber(record.status)),
            "ending": .string(record.ending.rawValue),
            "total_us": .number(JSONNumber(record.totalMicroseconds)),
            "first_token_us": .init(record.firstTokenMicroseconds),
            "usage": .object(usage),
            "error": .init(record.error),
            "attempts": .array(record.attempts.map(\.json)),
        ])
    }
}

extension AttemptRecord {
    fileprivate var json: JSONValue {
        .object([
            "channel": .string(self.channelName), "model": .string(self.model),
            "start_us": .number(JSONNumber(self.startMicroseconds)),
            "duration_us": .number(JSONNumber(self.durationMicroseconds)),
            "status": .init(self.status), "outcome": .string(self.outcome), "detail": .init(self.detail),
        ])
    }
}

extension JSONValue {
    fileprivate init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
    fileprivate init(_ number: (some BinaryInteger)?) { self = number.map { .number(JSONNumber($0)) } ?? .null }
}
