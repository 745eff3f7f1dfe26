import NIOCore
import NIOPosix
import Synchronization

/// A provider whose every byte is written by the test.
final class ScriptedProvider: Sendable {
    private struct State {
        var count = 0
        var unclaimed: [Wire] = []
        var waiting: EventLoopPromise<Wire>?
    }

    private let state = Mutex(State())
    private let listening = Mutex<(any Channel)?>(nil)
    private let stopsNext = Mutex(false)

    /// Starts to listen.
    static func start(on group: any EventLoopGroup) async throws -> ScriptedProvider {
        let provider = ScriptedProvider()
        let channel = try await ServerBootstrap(group: group)
            // So that a provider that does not read is felt soon.
            .serverChannelOption(.socketOption(.so_rcvbuf), value: 64 << 10)
            .childChannelInitializer { channel in
                let wire = Wire(channel, stopsAfterFirstRead: provider.takeStop())
                return channel.pipeline.addHandler(wire).map { provider.accept(wire) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        provider.listening.withLock { $0 = channel }
        return provider
    }

    var port: Int { self.listening.withLock { $0?.localAddress?.port } ?? 0 }

    /// How many connections were accepted.
    var connectionCount: Int { self.state.withLock { $0.count } }

    /// The next connection that nobody has asked for.
    func nextConnection() async throws -> Wire {
        guard let loop = self.listening.withLock({ $0?.eventLoop }) else { throw ChannelError.eof }
        let promise = loop.makePromise(of: Wire.self)
        let timeout = loop.scheduleTask(in: .seconds(60)) {
            promise.fail(Wire.Missing(description: "no connection came"))
        }
        defer { timeout.cancel() }
        self.state.withLock { state in
            if state.unclaimed.isEmpty {
                state.waiting = promise
            } else {
                promise.succeed(state.unclaimed.removeFirst())
            }
        }
        return try await promise.futureResult.get()
    }

    /// The next connection is not read further than its first bytes.
    ///
    /// Said beforehand: a test that stops reading later races with what the connection has already taken.
    func stopReadingOnNextConnection() { self.stopsNext.withLock { $0 = true } }

    private func takeStop() -> Bool {
        self.stopsNext.withLock { stops in
            defer { stops = false }
            return stops
        }
    }

    private func accept(_ wire: Wire) {
        self.state.withLock { state in
            state.count += 1
            if let waiting = state.waiting {
                waiting.succeed(wire)
                state.waiting = nil
            } else {
                state.unclaimed.append(wire)
            }
        }
    }
}
