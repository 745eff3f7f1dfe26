public import NIOCore
public import NIOPosix
import NIOSSL
public import Relay
import Routing

/// The gateway's front: listens, serves clients on all event loops, and calls providers.
public final class DataPlaneServer: Sendable {
    /// A port that cannot be listened on.
    public struct BindError: Error, Sendable, CustomStringConvertible {
        /// Whether another program listens there already.
        public let isInUse: Bool
        /// What is wrong and the way out.
        public let description: String
    }

    /// Certificates that cannot be loaded.
    public struct CertificateError: Error, Sendable, CustomStringConvertible {
        /// What is wrong and where.
        public let description: String
    }

    private let group: MultiThreadedEventLoopGroup
    private let workers: [ObjectIdentifier: NIOLoopBound<EventLoopWorker>]
    private let services: DataPlaneServices

    /// Prepares one worker for each event loop; nothing listens yet.
    ///
    /// - Throws: ``CertificateError`` when the trusted certificates cannot be loaded.
    public static func make(
        group: MultiThreadedEventLoopGroup,
        services: DataPlaneServices,
        limits: DataPlaneLimits = DataPlaneLimits(),
        snapshot: RelaySnapshot
    ) async throws -> DataPlaneServer {
        let tls: NIOSSLContext
        do {
            tls = try NIOSSLContext(configuration: Self.tlsConfiguration(services))
        } catch {
            throw CertificateError(
                description: services.extraCertificates.map {
                    "SSL_CERT_FILE names \($0), which cannot be read as certificates in PEM form"
                } ?? "the system's certificates cannot be read: \(error)"
            )
        }
        var workers: [ObjectIdentifier: NIOLoopBound<EventLoopWorker>] = [:]
        for loop in group.makeIterator() {
            workers[ObjectIdentifier(loop)] = try await loop.submit {
                let worker = EventLoopWorker(
                    loop: loop,
                    services: services,
                    limits: limits,
                    tls: tls,
                    snapshot: snapshot
                )
                return NIOLoopBound(worker, eventLoop: loop)
            }.get()
        }
        return DataPlaneServer(group: group, workers: workers, services: services)
    }

    private init(
        group: MultiThreadedEventLoopGroup,
        workers: [ObjectIdentifier: NIOLoopBound<EventLoopWorker>],
        services: DataPlaneServices
    ) {
        self.group = group
        self.workers = workers
        self.services = services
    }

    private static func tlsConfiguration(_ services: DataPlaneServices) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let path = services.extraCertificates { configuration.additionalTrustRoots = [.file(path)] }
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    /// Starts to listen.
    ///
    /// - Returns: The listening channel; closing it stops accepting and leaves open connections alone.
    /// - Throws: ``BindError``.
    public func listen(host: String, port: Int) async throws(BindError) -> any Channel {
        let workers = self.workers
        let bootstrap = ServerBootstrap(group: self.group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Out of file descriptors: pauses accepting instead of spinning.
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 32 << 10, high: 64 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = workers[ObjectIdentifier(channel.eventLoop)]?.value else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    try channel.pipeline.syncOperations.addHandler(ClientConnection(worker: worker))
                }
            }
        do {
            return try await bootstrap.bind(host: host, port: port).get()
        } catch {
            throw Self.bindError(error, host: host, port: port)
        }
    }

    private static func bindError(_ error: any Error, host: String, port: Int) -> BindError {
        let isInUse = (error as? IOError)?.errnoCode == EADDRINUSE
        let isForbidden = (error as? IOError)?.errnoCode == EACCES
        if isInUse {
            return BindError(
                isInUse: true,
                description:
                    "port \(port) on \(host) is in use by another program: stop it, or choose another port with "
                    + "--port N or 'settings: {port: N}' in the configuration file"
            )
        }
        if isForbidden {
            return BindError(
                isInUse: false,
                description: "port \(port) needs more rights: choose one above 1023 with --port N"
            )
        }
        return BindError(
            isInUse: false,
            description: "cannot listen on \(host):\(port): \(ConnectionFailure.words(error))"
        )
    }

    /// Serves new requests with another configuration; requests in flight keep theirs.
    ///
    /// Returns when every event loop has taken it over.
    public func publish(_ snapshot: RelaySnapshot) async {
        let adopted = self.workers.values.map { worker in
            worker.eventLoop.submit { worker.value.adopt(snapshot) }
        }
        for future in adopted { try? await future.get() }
    }

    /// Lets requests in flight finish, then closes what is left.
    ///
    /// - Parameter patience: How long they may take.
    public func drain(patience: Duration) async {
        let drained = self.workers.values.map { worker in
            let promise = worker.eventLoop.makePromise(of: Void.self)
            worker.eventLoop.execute { worker.value.drain(promise) }
            return promise.futureResult
        }
        let loop = self.group.next()
        let all = EventLoopFuture.andAllComplete(drained, on: loop)
        let timer = loop.scheduleTask(in: .nanoseconds(patience.wholeNanoseconds)) {
            for worker in self.workers.values { worker.eventLoop.execute { worker.value.abort() } }
        }
        try? await all.get()
        timer.cancel()
    }
}
