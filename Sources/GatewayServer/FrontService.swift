import Configuration
import DataPlane
import Logging
import NIOCore
import Relay
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Keeps the front open: listens, follows changes of the configuration, and drains at the end.
final class FrontService: Service, Sendable {
    /// How long requests in flight may take at shutdown.
    private static let drainPatience: Duration = .seconds(10)

    private struct Listening: Sendable {
        var channel: any NIOCore.Channel
        var wanted: (host: String, port: Int)
    }

    private let server: DataPlaneServer
    private let live: LiveConfiguration
    private let logger: Logger
    private let listening = Mutex<Listening?>(nil)

    init(server: DataPlaneServer, live: LiveConfiguration, logger: Logger) {
        self.server = server
        self.live = live
        self.logger = logger
    }

    /// Starts to listen where the configuration says.
    ///
    /// - Returns: The URL that clients use.
    func listen() async throws -> String {
        let wanted = self.live.endpoint
        let channel = try await self.server.listen(host: wanted.host, port: wanted.port)
        self.listening.withLock { $0 = Listening(channel: channel, wanted: wanted) }
        return ListenAddress.url(host: wanted.host, port: channel.localAddress?.port ?? wanted.port)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await self.reload() }
        }
        let channel = self.listening.withLock { $0?.channel }
        try? await channel?.close()
        await self.server.drain(patience: Self.drainPatience)
    }

    /// Takes over what the store holds now.
    ///
    /// What cannot be taken over stays as it was.
    private func reload() async {
        do {
            let configuration = try self.live.reload()
            self.server.publish(self.live.snapshot())
            self.logger.notice(
                "configuration reloaded",
                metadata: ["configuration.revision": "\(configuration.revision)"]
            )
            try await self.rebind()
        } catch {
            self.logger.error("the configuration could not be reloaded", metadata: ["error": "\(error)"])
        }
    }

    /// Moves to another port; when that one is taken, the old one stays.
    private func rebind() async throws {
        let wanted = self.live.endpoint
        guard let present = self.listening.withLock({ $0 }), present.wanted != wanted else { return }
        let channel = try await self.server.listen(host: wanted.host, port: wanted.port)
        self.listening.withLock { $0 = Listening(channel: channel, wanted: wanted) }
        try? await present.channel.close()
        self.logger.notice(
            "listening",
            metadata: ["listen.url": "\(ListenAddress.url(host: wanted.host, port: wanted.port))"]
        )
    }
}
