import Administration
import Configuration
import Foundation
import GRDB
import GenerationModel
import Logging
import Relay
import ServiceLifecycle
import Testing

@testable import SQLiteStore

@Suite struct `The request journal` {
    @Test func `gives back every field, newest first`() async throws {
        let folder = try TemporaryFolder()
        let journal = try folder.journal()
        let records =
            (0..<7).map { RequestRecord.sample($0) } + [
                RequestRecord(id: "bare", startedAt: 1, endpoint: "GET /x", inboundDialect: .gemini)
            ]

        for record in records { journal.append(record) }
        try await journal.flush()
        let rows = try folder.reader().page(JournalQuery())

        #expect(rows.map(\.record) == records.reversed())
        #expect(rows.map(\.id) == (1...8).reversed().map { Int64($0) })
    }

    @Test func `is read by page, and by what people look for`() async throws {
        let folder = try TemporaryFolder()
        let journal = try folder.journal()
        let records = (0..<100).map { RequestRecord.sample($0) }
        for record in records { journal.append(record) }
        try await journal.flush()
        let reader = try folder.reader()

        let queries: [(JournalQuery, (Int, RequestRecord) -> Bool)] = [
            (JournalQuery(limit: 7), { _, _ in true }),
            (JournalQuery(limit: 7, beforeID: 40), { id, _ in id < 40 }),
            (JournalQuery(limit: 9, model: "gemini-1"), { $1.servingModel == "gemini-1" }),
            (JournalQuery(limit: 9, model: "auto"), { $1.requestedModel == "auto" }),
            (JournalQuery(limit: 9, channel: "gOOGLE"), { $1.channelName == "Google" }),
            (JournalQuery(limit: 9, status: .serverError), { $1.status >= 500 }),
            (JournalQuery(limit: 9, since: records[60].startedAt), { $1.startedAt >= records[60].startedAt }),
            (
                JournalQuery(
                    limit: 3,
                    model: "gemini-2",
                    channel: "Relay",
                    status: .serverError,
                    since: 5,
                    beforeID: 90
                ),
                { $1.servingModel == "gemini-2" && $1.channelName == "Relay" && $1.status >= 500 && $0 < 90 }
            ),
            (JournalQuery(model: "none"), { _, _ in false }), (JournalQuery(limit: -1), { _, _ in true }),
        ]
        for (query, isWanted) in queries {
            let wanted = records.enumerated().filter { isWanted($0.offset + 1, $0.element) }.map(\.element)
            let page = try reader.page(query)
            #expect(page.map(\.record) == wanted.reversed().prefix(max(query.limit, 0)).map { $0 }, "\(query)")
            #expect(try reader.count(query) == wanted.count, "\(query)")
        }
    }

    @Test func `can be walked page by page without gaps`() async throws {
        let folder = try TemporaryFolder()
        let journal = try folder.journal()
        for number in 0..<100 { journal.append(.sample(number)) }
        try await journal.flush()
        let reader = try folder.reader()

        var query = JournalQuery(limit: 7, model: "auto")
        var seen: [String] = []
        while true {
            let page = try reader.page(query)
            guard let last = page.last else { break }
            seen += page.map(\.record.id)
            query.beforeID = last.id
        }

        #expect(seen == (0..<50).reversed().map { "req-\($0 * 2)" })
    }

    @Test func `is written by its service and finished at a graceful shutdown`() async throws {
        let folder = try TemporaryFolder()
        let journal = try folder.journal()
        let group = ServiceGroup(services: [journal], logger: LogLines().logger)

        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            for number in 0..<5000 { journal.append(.sample(number)) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }

        #expect(try folder.reader().count(JournalQuery()) == 5000)
        #expect(journal.droppedCount == 0)
    }

    @Test func `is finished when its task is cancelled`() async throws {
        let folder = try TemporaryFolder()
        let journal = try folder.journal()
        let task = Task { try await journal.run() }

        for number in 0..<1500 { journal.append(.sample(number)) }
        task.cancel()
        try await task.value

        #expect(try folder.reader().count(JournalQuery()) == 1500)
    }

    @Test func `keeps what was committed when the process dies`() async throws {
        let folder = try TemporaryFolder()
        let copy = try TemporaryFolder()
        let journal = try folder.journal()
        for number in 0..<300 { journal.append(.sample(number)) }
        try await journal.flush()

        for name in ["journal.db", "journal.db-wal"] {
            try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        let reopened = try copy.journal()
        reopened.append(.sample(300))
        try await reopened.flush()

        #expect(
            try copy.reader().page(JournalQuery(limit: 400)).map(\.record.id)
                == (0...300).reversed().map { "req-\($0)" }
        )
    }

    @Test func `drops the newest when it is full, counts them, and says so once`() async throws {
        let folder = try TemporaryFolder()
        let log = LogLines()
        var tuning = JournalTuning()
        tuning.capacity = 100
        tuning.batchSize = 30
        let journal = try folder.journal(tuning: tuning, log: log)

        for number in 0..<150 { journal.append(.sample(number)) }
        try await journal.flush()
        for number in 150..<300 { journal.append(.sample(number)) }
        try await journal.flush()

        #expect(journal.droppedCount == 100)
        let ids = try folder.reader().page(JournalQuery(limit: 1000)).map(\.record.id)
        #expect(ids == (Array(0..<100) + Array(150..<250)).reversed().map { "req-\($0)" })
        let burst = ["request journal is full, rows are being dropped", "request journal dropped rows"]
        #expect(log.all == burst + burst)
    }

    @Test func `waits in memory while the file is locked, and loses nothing`() async throws {
        let folder = try TemporaryFolder()
        let log = LogLines()
        var tuning = JournalTuning()
        tuning.delay = .milliseconds(1)
        tuning.firstRetry = .milliseconds(1)
        let journal = try folder.journal(tuning: tuning, log: log)
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.folder.journalPath, configuration: configuration)
        let task = Task { try await journal.run() }

        try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        for number in 0..<500 { journal.append(.sample(number)) }
        await log.first("request journal cannot be written, rows wait in memory")
        for number in 500..<1000 { journal.append(.sample(number)) }
        try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        await log.first("request journal is writing again")
        task.cancel()
        try await task.value

        let ids = try folder.reader().page(JournalQuery(limit: 2000)).map(\.record.id)
        #expect(ids == (0..<1000).reversed().map { "req-\($0)" })
        #expect(log.all.count == 2)
    }

    @Test func `waits in memory while the disk is full`() async throws {
        let folder = try TemporaryFolder()
        let journal = try folder.journal()
        // A limit on the size of the file stands for a full disk.
        try await Self.limitPages(of: journal, to: 20)
        for number in 0..<3000 { journal.append(.sample(number)) }

        let error = await #expect(throws: StoreError.self) { try await journal.flush() }
        try await Self.limitPages(of: journal, to: 1_000_000)
        try await journal.flush()

        #expect(error == .full(path: folder.folder.journalPath))
        #expect(try folder.reader().count(JournalQuery()) == 3000)
    }

    private static func limitPages(of journal: SQLiteJournal, to count: Int) async throws {
        try await journal.database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA max_page_count = \(count)")
        }
    }

    @Test func `passes over a row the schema refuses and keeps the others`() async throws {
        let folder = try TemporaryFolder()
        let log = LogLines()
        let journal = try folder.journal(log: log)
        try await DatabaseQueue(path: folder.folder.journalPath).write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON attempt WHEN NEW.model = 'poison'
                    BEGIN SELECT RAISE(ABORT, 'poison'); END
                    """
            )
        }
        var poison = RequestRecord.sample(2)
        poison.attempts[1].model = "poison"

        for record in [.sample(1), poison, .sample(3)] { journal.append(record) }
        try await journal.flush()

        #expect(try folder.reader().page(JournalQuery()).map(\.record.id) == ["req-3", "req-1"])
        #expect(log.all == ["request journal refused rows"])
    }

    @Test func `forgets rows that are older than the user wants`() async throws {
        let folder = try TemporaryFolder()
        let time = Time()
        let log = LogLines()
        var tuning = JournalTuning()
        tuning.firstRetention = .milliseconds(1)
        tuning.retentionBatch = 10
        let journal = try folder.journal(tuning: tuning, log: log, now: time)
        for number in 0..<95 { journal.append(.sample(number)) }
        try await journal.flush()

        time.advance(90 * 86_400_000 + 55)
        let task = Task { try await journal.run() }
        await log.first("old rows of the request journal removed")
        task.cancel()
        try await task.value

        let ids = try folder.reader().page(JournalQuery(limit: 1000)).map(\.record.id)
        #expect(ids == (55..<95).reversed().map { "req-\($0)" })
        let orphans = try await DatabaseQueue(path: folder.folder.journalPath).read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM attempt WHERE request NOT IN (SELECT id FROM request)")
        }
        #expect(orphans == 0)
    }

    @Test func `uses an index for every question`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.journal()
        let queue = try DatabaseQueue(path: folder.folder.journalPath)

        for (column, index) in [
            ("requested_model = 'a'", "request_by_requested_model"),
            ("serving_model = 'a' AND serving_model <> requested_model", "request_by_serving_model"),
            ("channel_name = 'a'", "request_by_channel"),
            ("status BETWEEN 500 AND 599 AND status >= 300", "request_by_status"),
            ("started_at_ms < 5", "request_by_start"),
        ] {
            let plan = try await queue.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN SELECT id FROM request WHERE \(column)").map { "\($0)" }
                    .joined()
            }
            #expect(plan.contains(index), "\(plan)")
        }
    }
}
