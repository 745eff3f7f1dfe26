import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import DataPlane

/// Without it a gateway adds 40 ms to the first byte (`performance.md`).
@Suite(.timeLimit(.minutes(1))) struct `TCP_NODELAY` {
    /// Sees the channels a listener accepts.
    private final class Watcher: ChannelInboundHandler, Sendable {
        typealias InboundIn = any Channel
        let accepted = Mutex<(any Channel)?>(nil)

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let channel = self.unwrapInboundIn(data)
            self.accepted.withLock { $0 = channel }
            context.fireChannelRead(data)
        }
    }

    @Test func `is set on connections of clients`() async throws {
        try await Front.run { front in
            let watcher = Watcher()
            try await front.listener.pipeline.addHandler(watcher, position: .first).get()
            _ = try await front.warmUp()

            let channel = try #require(watcher.accepted.withLock { $0 })

            #expect(try await channel.getOption(.tcpOption(.tcp_nodelay)).get() == 1)
        }
    }

    @Test func `is set on connections to providers`() async throws {
        try await Front.run { front in
            let loop = front.group.next()
            let tls = try NIOSSLContext(configuration: .makeClientConfiguration())
            let port = front.provider.port

            let value = try await loop.flatSubmit {
                let worker = EventLoopWorker(
                    loop: loop,
                    services: Fixtures.services(RecordingJournal()),
                    limits: DataPlaneLimits(),
                    tls: tls,
                    snapshot: Fixtures.snapshot(port: port)
                )
                let pool = ProviderPool(Origin(host: "127.0.0.1", port: port, usesTLS: false), worker: worker)
                return ProviderConnector(pool: pool, timeout: .seconds(10)).dial().flatMap { channel in
                    channel.getOption(.tcpOption(.tcp_nodelay))
                }
            }.get()

            #expect(value == 1)
        }
    }
}
