import NIOCore
import Routing

/// Connections of one event loop to one origin.
final class ProviderPool {
    let origin: Origin
    unowned let worker: EventLoopWorker
    /// Connections that wait for their next call; the one used last is used first.
    private var idle: [ProviderConnection] = []

    init(_ origin: Origin, worker: EventLoopWorker) {
        self.origin = origin
        self.worker = worker
    }

    /// Whether no connection waits.
    var isEmpty: Bool { self.idle.isEmpty }

    /// A connection that waits and is still open; `nil` when there is none.
    func takeIdle() -> ProviderConnection? {
        while let connection = self.idle.popLast() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// Takes a connection back whose call ended cleanly.
    func give(_ connection: ProviderConnection) {
        guard connection.isOpen, !self.worker.isDraining, self.idle.count < self.worker.limits.idleConnections else {
            connection.close()
            return
        }
        self.idle.append(connection)
    }

    /// Forgets a connection that closed while it waited.
    func forget(_ connection: ProviderConnection) {
        self.idle.removeAll { $0 === connection }
    }

    /// Closes connections that have waited too long.
    func closeIdle(before now: MonotonicInstant) {
        let patience = self.worker.limits.providerIdleTimeout
        guard let oldest = self.idle.first, oldest.idleSince + patience < now else { return }
        let late = self.idle.filter { $0.idleSince + patience < now }
        self.idle.removeAll { $0.idleSince + patience < now }
        for connection in late { connection.close() }
    }

    /// Closes every waiting connection.
    func closeAll() {
        let connections = self.idle
        self.idle = []
        for connection in connections { connection.close() }
    }
}
