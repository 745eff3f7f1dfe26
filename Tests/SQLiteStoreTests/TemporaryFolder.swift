import Administration
import Configuration
import Foundation
import GenerationModel
import Logging
import Relay
import SQLiteStore
import Synchronization

/// A data folder that is removed with the value.
final class TemporaryFolder: Sendable {
    let folder: DataFolder

    init() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.folder = DataFolder(path: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.folder.path) }

    var path: String { self.folder.path }

    func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(self.path)/\(name)") }

    /// The files that hold a text in plain.
    func files(with text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.path).filter { name in
            self.contents(name)?.range(of: Data(text.utf8)) != nil
        }
    }

    func mode(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
    }

    func store(now: Time = Time(), environment: [String: String] = [:]) throws -> SQLiteConfigurationStore {
        try self.folder.openConfiguration(environment: environment) { now.milliseconds }
    }

    func journal(
        tuning: JournalTuning = JournalTuning(),
        log: LogLines = LogLines(),
        now: Time = Time()
    ) throws -> SQLiteJournal {
        try SQLiteJournal(
            path: self.folder.journalPath,
            retentionDays: { 90 },
            logger: log.logger,
            tuning: tuning,
            now: { now.milliseconds }
        )
    }

    func reader() throws -> SQLiteJournalReader { try SQLiteJournalReader(path: self.folder.journalPath) }
}

/// A wall clock that stands where a test puts it.
final class Time: Sendable {
    private let value = Mutex<Int64>(1_800_000_000_000)

    var milliseconds: Int64 { self.value.withLock { $0 } }
    func advance(_ milliseconds: Int64) { self.value.withLock { $0 += milliseconds } }
}

/// Collects what is logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    private let stream = AsyncStream<String>.makeStream()

    var all: [String] { self.lines.withLock { $0 } }

    /// Waits for a line.
    func first(_ text: String) async {
        for await line in self.stream.stream where line == text { return }
    }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private func add(_ line: String) {
        self.lines.withLock { $0.append(line) }
        self.stream.continuation.yield(line)
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(lines: LogLines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) { self.lines.add("\(event.message)") }
    }
}

extension RequestRecord {
    /// A record with every field filled in, different for every number.
    static func sample(_ number: Int) -> RequestRecord {
        var record = RequestRecord(
            id: "req-\(number)",
            startedAt: 1_800_000_000_000 + Int64(number),
            endpoint: "POST /v1/messages",
            inboundDialect: .anthropicMessages
        )
        record.accessKeyName = "laptop"
        record.outboundDialect = .gemini
        record.requestedModel = number.isMultiple(of: 2) ? "auto" : "gemini-3"
        record.servingModel = "gemini-\(number % 3)"
        record.channelID = Channel.ID(rawValue: 3)
        record.channelName = number.isMultiple(of: 5) ? "Google" : "Relay"
        record.entryID = APIEntry.ID(rawValue: 7)
        record.isStream = number.isMultiple(of: 2)
        record.status = [200, 404, 503][number % 3]
        record.totalMicroseconds = 1_000_000 + Int64(number)
        record.firstTokenMicroseconds = 250_000
        record.usage = TokenUsage(input: 10, output: 20, cachedRead: 0, cachedWrite: nil, reasoning: 5)
        record.ending = .completed
        record.error = number.isMultiple(of: 3) ? nil : "it broke: 'ü'"
        record.attempts = (0..<(number % 3)).map { index in
            AttemptRecord(
                channelID: Channel.ID(rawValue: 3),
                channelName: "Google",
                entryID: APIEntry.ID(rawValue: 7),
                model: "gemini-\(index)",
                startMicroseconds: 5,
                durationMicroseconds: 10,
                status: index == 0 ? 503 : nil,
                outcome: "transient",
                detail: index == 0 ? "overloaded" : nil
            )
        }
        return record
    }
}
