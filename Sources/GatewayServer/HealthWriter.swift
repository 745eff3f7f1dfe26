import Administration
import Configuration
import Logging
import Routing
import ServiceLifecycle
import Synchronization

/// Carries changes of health to the store, off the data path.
///
/// Only the latest change of each entry matters, so what waits is bounded by the number of entries.
final class HealthWriter: Service, Sendable {
    private let store: any HealthStore
    private let logger: Logger
    private let waiting = Mutex<[APIEntry.ID: Waiting]>([:])

    private struct Waiting: Sendable {
        var change: HealthLedger.Change
        var since: ContinuousClock.Instant
    }

    /// How often changes are written.
    private static let interval: Duration = .milliseconds(200)

    init(store: any HealthStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Takes changes; returns at once.
    func note(_ changes: [HealthLedger.Change]) {
        let now = ContinuousClock.now
        self.waiting.withLock { waiting in
            for change in changes { waiting[change.entryID] = Waiting(change: change, since: now) }
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                self.write()
            }
        }
        self.write()
    }

    private func write() {
        let batch = self.waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting
        }
        guard !batch.isEmpty else { return }
        let now = ContinuousClock.now
        do {
            try self.store.save(batch.values.map { $0.change.aged(by: now - $0.since) })
        } catch {
            self.logger.error("health was not saved; trying again", metadata: ["error": "\(error)"])
            self.waiting.withLock { $0.merge(batch) { newer, _ in newer } }
        }
    }
}

extension HealthLedger.Change {
    /// The entry it is about.
    var entryID: APIEntry.ID {
        switch self {
        case .cooled(let id, _, _), .cleared(let id): id
        }
    }

    /// The change as it is after it has waited.
    fileprivate func aged(by age: Duration) -> HealthLedger.Change {
        guard case .cooled(let id, let remaining, let reason) = self else { return self }
        return .cooled(id, remaining: max(.zero, remaining - age), reason: reason)
    }
}
