import Relay
import Synchronization

/// Finished requests that wait for the disk, oldest first.
///
/// Taking a record costs one short lock and no IO. Records leave in chunks, which the writer looks at, writes, and only
/// then removes, so none is lost when writing fails.
final class JournalBuffer: Sendable {
    /// What happened to a record.
    enum Outcome: Hashable {
        /// It waits.
        case taken
        /// There was no room; `isFirst` says that there was room until now.
        case dropped(isFirst: Bool)
    }

    private struct Waiter {
        var threshold: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        /// Chunks that are full or were looked at.
        var sealed: [[RequestRecord]] = []
        var open: [RequestRecord] = []
        var count = 0
        /// Records dropped since the last time there was room.
        var burst = 0
        var dropped = 0
        var waiter: Waiter?

        mutating func takeWaiter(ifReached: Bool) -> CheckedContinuation<Void, Never>? {
            guard let waiter = self.waiter, !ifReached || self.count >= waiter.threshold else { return nil }
            self.waiter = nil
            return waiter.continuation
        }
    }

    private let capacity: Int
    private let chunkSize: Int
    private let state = Mutex(State())

    init(capacity: Int, chunkSize: Int) {
        self.capacity = capacity
        self.chunkSize = chunkSize
    }

    /// How many records wait.
    var count: Int { self.state.withLock { $0.count } }

    /// How many records found no room, ever.
    var droppedCount: Int { self.state.withLock { $0.dropped } }

    func append(_ record: RequestRecord) -> Outcome {
        let (outcome, continuation) = self.state.withLock { state -> (Outcome, CheckedContinuation<Void, Never>?) in
            guard state.count < self.capacity else {
                state.dropped += 1
                state.burst += 1
                return (.dropped(isFirst: state.burst == 1), nil)
            }
            state.open.append(record)
            state.count += 1
            if state.open.count >= self.chunkSize {
                state.sealed.append(state.open)
                state.open = []
            }
            return (.taken, state.takeWaiter(ifReached: true))
        }
        continuation?.resume()
        return outcome
    }

    /// The oldest chunk, which stays until ``removeFirstChunk()``; empty when nothing waits.
    func firstChunk() -> [RequestRecord] {
        self.state.withLock { state in
            if state.sealed.isEmpty, !state.open.isEmpty {
                state.sealed.append(state.open)
                state.open = []
            }
            return state.sealed.first ?? []
        }
    }

    /// Removes the oldest chunk.
    ///
    /// - Returns: How many records were dropped in the burst that ends with this, 0 if there was none.
    func removeFirstChunk() -> Int {
        let (chunk, burst) = self.state.withLock { state -> ([RequestRecord], Int) in
            guard !state.sealed.isEmpty else { return ([], 0) }
            let chunk = state.sealed.removeFirst()
            state.count -= chunk.count
            defer { state.burst = 0 }
            return (chunk, state.burst)
        }
        // The records are freed here, outside of the lock.
        withExtendedLifetime(chunk) {}
        return burst
    }

    /// Returns once as many records wait or the task is cancelled.
    ///
    /// One task at a time may wait.
    func wait(for threshold: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    if Task.isCancelled || state.count >= threshold || state.waiter != nil { return true }
                    state.waiter = Waiter(threshold: threshold, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.takeWaiter(ifReached: false) }?.resume()
        }
    }
}
