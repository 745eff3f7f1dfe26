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
    private let onListen: @Sendable (_ url: String, _ isFirst: Bool) throws -> Void
    private let listening = Mutex<Listening?>(nil)

    /// Prepares the service.
    ///
    /// - Parameters:
    ///   - server: The front.
    ///   - live: The configuration in force.
    ///   - logger: Where changes are told.
    ///   - onListen: Gets the URL that clients use, each time there is a new one, and whether it is the first.
    init(
        server: DataPlaneServer,
        live: LiveConfiguration,
        logger: Logger,
        onListen: @escaping @Sendable (_ url: String, _ isFirst: Bool) throws -> Void
    ) {
        self.server = server
        self.live = live
        self.logger = logger
        self.onListen = onListen
    }

    /// Starts to listen where the configuration says.
    ///
    /// - Returns: The URL that clients use.
    @discardableResult
    private func listen() async throws -> String {
        let wanted = self.live.endpoint
        let channel = try await self.server.listen(host: wanted.host, port: wanted.port)
        let url = ListenAddress.url(host: wanted.host, port: channel.localAddress?.port ?? wanted.port)
        let isFirst = self.listening.withLock { listening in
            defer { listening = Listening(channel: channel, wanted: wanted) }
            return listening == nil
        }
        try self.onListen(url, isFirst)
        return url
    }

    func run() async throws {
        // Only now, when the signals that end the gateway are heard: a client that sees it listen may send one.
        try await self.listen()
        await cancelWhenGracefulShutdown {
            let signals = await UnixSignalsSequence(trapping: .sighup)
            // What was changed while nobody listened.
            await self.reload()
            for await _ in signals { await self.reload() }
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
            guard let change = try self.live.reload() else { return }
            await self.server.publish(self.live.snapshot())
            // After that: a request with the old key would send its channel right back.
            self.live.settle(change)
            self.logger.notice(
                "configuration reloaded",
                metadata: ["configuration.revision": "\(change.configuration.revision)"]
            )
        } catch {
            self.logger.error("the configuration could not be read again", metadata: ["error": "\(error)"])
            return
        }
        await self.rebind()
    }

    /// Moves to another address or port; when that one cannot be had, the old one stays.
    private func rebind() async {
        guard let present = self.listening.withLock({ $0 }), present.wanted != self.live.endpoint else { return }
        do {
            let url = try await self.listen()
            try? await present.channel.close()
            self.logger.notice("listening", metadata: ["listen.url": "\(url)"])
        } catch {
            self.logger.error("still listening on the old address", metadata: ["error": "\(error)"])
        }
    }
}
