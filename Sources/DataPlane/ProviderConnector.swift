import NIOCore
import NIOPosix
import NIOSOCKS
import NIOSSL
import NIOTLS

/// Opens connections to an origin, on the event loop of the client they are for.
struct ProviderConnector {
    let pool: ProviderPool
    /// How long each step may take: the connection, the proxy, the TLS handshake.
    let timeout: TimeAmount

    private var loop: any EventLoop { self.pool.worker.loop }

    /// Connects, through a proxy and with TLS as the origin says.
    ///
    /// - Parameter completion: Gets a connection that can be sent a call, or what ``ConnectionFailure`` words.
    func connect(_ completion: @escaping (Result<ProviderConnection, any Error>) -> Void) {
        self.dial().assumeIsolated().whenComplete { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let channel): self.establish(channel, completion)
            }
        }
    }

    func dial() -> EventLoopFuture<any Channel> {
        let origin = self.pool.origin
        let host = origin.proxy?.host ?? origin.host
        let port = origin.proxy?.port ?? origin.port
        let bootstrap = ClientBootstrap(group: self.loop)
            .connectTimeout(self.timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 32 << 10, high: 64 << 10))
        // An address needs no resolver, which would cost a thread.
        if let address = try? SocketAddress(ipAddress: host, port: port) { return bootstrap.connect(to: address) }
        return bootstrap.connect(host: host, port: port)
    }

    private func establish(
        _ channel: any Channel,
        _ completion: @escaping (Result<ProviderConnection, any Error>) -> Void
    ) {
        self.passProxy(channel).assumeIsolated().flatMap {
            self.secure(channel)
        }.whenComplete { result in
            let connection = ProviderConnection(pool: self.pool)
            do {
                try result.get()
                try channel.pipeline.syncOperations.addHandler(connection)
                completion(.success(connection))
            } catch {
                channel.close(promise: nil)
                completion(.failure(error))
            }
        }
    }

    private func passProxy(_ channel: any Channel) -> EventLoopFuture<Void> {
        let origin = self.pool.origin
        switch origin.proxy?.form {
        case nil: return self.loop.makeSucceededVoidFuture()
        // Plain calls name the provider in their target instead.
        case .http? where !origin.usesTLS: return self.loop.makeSucceededVoidFuture()
        case .http?: return self.passHTTPProxy(channel, origin)
        case .socks5?: return self.passSOCKSProxy(channel, origin)
        }
    }

    private func passHTTPProxy(_ channel: any Channel, _ origin: Origin) -> EventLoopFuture<Void> {
        let tunnel = TunnelHandler(origin)
        return self.wait(channel, after: [tunnel], isReady: { $0 is TunnelHandler.Opened }).assumeIsolated().flatMap {
            channel.pipeline.syncOperations.removeHandler(tunnel)
        }.nonisolated()
    }

    private func passSOCKSProxy(_ channel: any Channel, _ origin: Origin) -> EventLoopFuture<Void> {
        let socks = SOCKSClientHandler(targetAddress: .domain(origin.host, port: origin.port))
        return self.wait(channel, after: [socks], isReady: { $0 is SOCKSProxyEstablishedEvent }).assumeIsolated()
            .flatMap {
                channel.pipeline.syncOperations.removeHandler(socks)
            }.nonisolated()
    }

    private func secure(_ channel: any Channel) -> EventLoopFuture<Void> {
        let origin = self.pool.origin
        guard origin.usesTLS else { return self.loop.makeSucceededVoidFuture() }
        do {
            // Addresses cannot be server names; the certificate is then checked against the address.
            let isAddress = (try? SocketAddress(ipAddress: origin.host, port: 0)) != nil
            if isAddress, origin.proxy != nil { throw UncheckableAddress() }
            let tls = try NIOSSLClientHandler(
                context: self.pool.worker.tls,
                serverHostname: isAddress ? nil : origin.host
            )
            return self.wait(channel, after: [tls]) { event in
                if case .handshakeCompleted? = event as? TLSUserEvent { return true }
                return false
            }
        } catch {
            return self.loop.makeFailedFuture(error)
        }
    }

    /// Adds handlers that begin a handshake and waits for the event that ends it.
    private func wait(
        _ channel: any Channel,
        after handlers: [any ChannelHandler],
        isReady: @escaping (Any) -> Bool
    ) -> EventLoopFuture<Void> {
        let waiter = EventWaiter(promise: self.loop.makePromise(), timeout: self.timeout, isReady: isReady)
        do {
            try channel.pipeline.syncOperations.addHandlers(handlers + [waiter])
        } catch {
            waiter.fail(error)
        }
        return waiter.promise.futureResult.assumeIsolated().flatMap {
            channel.pipeline.syncOperations.removeHandler(waiter)
        }.nonisolated()
    }
}

/// TLS to an address behind a proxy: NIOSSL checks certificates against the address the socket leads to, the proxy's.
private struct UncheckableAddress: Error, CustomStringConvertible {
    let description =
        "TLS: behind a proxy the certificate of an address cannot be checked; use a host name in the base URL"
}

/// Waits for one event of a handshake, an error, or the end of patience.
private final class EventWaiter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    let promise: EventLoopPromise<Void>
    private let timeout: TimeAmount
    private let isReady: (Any) -> Bool
    private var timer: Scheduled<Void>?
    private var isDone = false

    init(promise: EventLoopPromise<Void>, timeout: TimeAmount, isReady: @escaping (Any) -> Bool) {
        self.promise = promise
        self.timeout = timeout
        self.isReady = isReady
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: self.timeout) {
            self.fail(ChannelError.connectTimeout(self.timeout))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.fail(ChannelError.eof) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if self.isReady(event) {
            self.finish { $0.succeed(()) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { self.fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        self.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func fail(_ error: any Error) { self.finish { $0.fail(error) } }

    private func finish(_ body: (EventLoopPromise<Void>) -> Void) {
        guard !self.isDone else { return }
        self.isDone = true
        self.timer?.cancel()
        body(self.promise)
    }
}
