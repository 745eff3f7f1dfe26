import GRDB
public import Logging
public import Relay
public import ServiceLifecycle

/// Writes finished requests to `journal.db`, away from the requests themselves.
///
/// ``append(_:)`` puts a record into memory and returns. ``run()`` brings the records to the disk a moment later, many in
/// one transaction. While the disk is full or the file is locked they stay in memory; when there are more than
/// ``JournalTuning/capacity``, the newest are dropped, counted, and reported once.
public final class SQLiteJournal: RequestJournal, Service, Sendable {
    let path: String
    let tuning: JournalTuning
    let database: DatabaseQueue
    let buffer: JournalBuffer
    let logger: Logger
    let retentionDays: @Sendable () -> Int
    let now: @Sendable () -> Int64

    /// Opens a journal; makes it if there is none.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist. It is made for the user alone.
    ///   - retentionDays: How many days rows are kept, asked before each removal.
    ///   - logger: Where trouble is told.
    ///   - tuning: How delay is traded for work.
    ///   - now: The wall clock, in milliseconds since 1970-01-01 UTC.
    /// - Throws: ``StoreError``. A file that cannot be read is left exactly as it is.
    public init(
        path: String,
        retentionDays: @escaping @Sendable () -> Int,
        logger: Logger,
        tuning: JournalTuning = JournalTuning(),
        now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) throws {
        self.path = path
        self.tuning = tuning
        self.retentionDays = retentionDays
        self.now = now
        self.logger = logger
        self.buffer = JournalBuffer(capacity: tuning.capacity, chunkSize: tuning.batchSize)
        self.database = try JournalSchema.file(path).open(busyTimeout: 1)
    }

    /// How many records found no room since the start.
    public var droppedCount: Int { self.buffer.droppedCount }

    /// Takes a record; returns at once and never fails the request.
    public func append(_ record: RequestRecord) {
        guard case .dropped(let isFirst) = self.buffer.append(record), isFirst else { return }
        self.logger.warning(
            "request journal is full, rows are being dropped",
            metadata: [JournalLogKey.path: "\(self.path)", JournalLogKey.waiting: "\(self.tuning.capacity)"]
        )
    }

    /// Writes records and removes old rows until a graceful shutdown or cancellation, then writes what is left.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await self.writeUntilCancelled() }
                group.addTask { await self.removeOldRowsUntilCancelled() }
                await group.waitForAll()
            }
        }
        await self.writeRest()
    }

    /// Writes everything that was appended before; works whether ``run()`` does or not.
    ///
    /// - Throws: ``StoreError`` when the file cannot be written; what was not written still waits.
    public func flush() async throws {
        while try await self.writeChunk() > 0 {}
    }

    // MARK: Writing

    private func writeUntilCancelled() async {
        var failures = 0
        while !Task.isCancelled {
            await self.buffer.wait(for: 1)
            await self.gather()
            failures = await self.writeAll(failures: failures)
            if failures > 0 { try? await Task.sleep(for: self.tuning.pause(afterFailures: failures)) }
        }
    }

    /// Lets more records come, but not for longer than the delay.
    private func gather() async {
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: self.tuning.delay) }
            group.addTask { await self.buffer.wait(for: self.tuning.batchSize) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Writes what waits.
    ///
    /// - Returns: How many failures in a row there have been; 0 after success.
    private func writeAll(failures: Int) async -> Int {
        do {
            while try await self.writeChunk() >= self.tuning.batchSize, !Task.isCancelled {}
        } catch {
            if failures == 0 { self.reportFailure(error) }
            return failures + 1
        }
        if failures > 0 {
            self.logger.notice("request journal is writing again", metadata: [JournalLogKey.path: "\(self.path)"])
        }
        return 0
    }

    private func writeRest() async {
        for attempt in 1...max(self.tuning.finalAttempts, 1) {
            do {
                return try await self.flush()
            } catch {
                guard attempt == max(self.tuning.finalAttempts, 1) else {
                    await Self.pause(self.tuning.pause(afterFailures: attempt))
                    continue
                }
                self.logger.error(
                    "request journal could not be written, rows are lost",
                    metadata: [
                        JournalLogKey.path: "\(self.path)", JournalLogKey.waiting: "\(self.buffer.count)",
                        JournalLogKey.reason: "\(error)",
                    ]
                )
            }
        }
    }

    private func reportFailure(_ error: any Error) {
        self.logger.warning(
            "request journal cannot be written, rows wait in memory",
            metadata: [
                JournalLogKey.path: "\(self.path)", JournalLogKey.waiting: "\(self.buffer.count)",
                JournalLogKey.reason: "\(error)",
            ]
        )
    }

    /// Sleeps even in a cancelled task: the last rows are worth a moment.
    private static func pause(_ duration: Duration) async {
        await Task.detached { try? await Task.sleep(for: duration) }.value
    }
}
