import Configuration
import Dialects
import HTTP1
import NIOCore
import NIOSSL
import Relay
import Routing

/// What one event loop needs to serve its connections.
///
/// Confined to its loop; nothing here is shared or locked.
final class EventLoopWorker {
    let loop: any EventLoop
    let services: DataPlaneServices
    let limits: DataPlaneLimits
    let tls: NIOSSLContext
    /// The configuration that new requests are served with.
    private(set) var snapshot: RelaySnapshot
    /// Whether the gateway is shutting down.
    private(set) var isDraining = false

    /// Connections that look at the clock now and then; each knows its place.
    private var connections: [ClientConnection] = []
    private var pools: [Origin: ProviderPool] = [:]
    /// A channel's pool, found without hashing its address.
    private var poolsByRoute: [ObjectIdentifier: ProviderPool] = [:]
    private var ticker: RepeatedTask?
    private var requestNumber: UInt64
    private let idPrefix: String
    private var drained: [EventLoopPromise<Void>] = []

    /// How often connections look at the clock.
    static let tickInterval: TimeAmount = .milliseconds(200)

    init(
        loop: any EventLoop,
        services: DataPlaneServices,
        limits: DataPlaneLimits,
        tls: NIOSSLContext,
        snapshot: RelaySnapshot
    ) {
        self.loop = loop
        self.services = services
        self.limits = limits
        self.tls = tls
        self.snapshot = snapshot
        self.requestNumber = .random(in: 0..<(1 << 32))
        self.idPrefix = "req_" + String(UInt64.random(in: (1 << 60)...(.max)), radix: 36)
    }

    /// The moment, on the clock that only goes forward.
    static var now: MonotonicInstant {
        MonotonicInstant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }

    /// A name for a request that no other request has.
    func makeRequestID() -> String {
        self.requestNumber &+= 1
        return self.idPrefix + String(self.requestNumber, radix: 36)
    }

    /// Serves requests from now on with another configuration; requests in flight keep theirs.
    func adopt(_ snapshot: RelaySnapshot) {
        self.snapshot = snapshot
        self.poolsByRoute.removeAll(keepingCapacity: true)
    }

    /// The pool of connections for a channel.
    ///
    /// - Throws: When the channel's proxy setting cannot be used.
    func pool(for route: ChannelRoute) throws(ProxyAddress.Invalid) -> ProviderPool? {
        if let pool = self.poolsByRoute[ObjectIdentifier(route)] { return pool }
        guard case .success(let call) = route.call else { return nil }
        let address = call.address
        let proxy: ProxyAddress? =
            switch route.channel.proxy {
            case .none: nil
            case .environment:
                self.services.proxies.proxy(host: address.host, port: address.port, usesTLS: address.usesTLS)
            case .url(let url): Loopback.contains(address.host) ? nil : try ProxyAddress(url: url.value)
            }
        let origin = Origin(host: address.host, port: address.port, usesTLS: address.usesTLS, proxy: proxy)
        let pool = self.pools[origin] ?? ProviderPool(origin, worker: self)
        self.pools[origin] = pool
        // Only routes of the present configuration are remembered; older ones are not asked for again.
        if self.snapshot.route(of: route.channel.id) === route { self.poolsByRoute[ObjectIdentifier(route)] = pool }
        return pool
    }
}

/// Connections and their clock.
extension EventLoopWorker {
    func add(_ connection: ClientConnection) {
        connection.registryIndex = self.connections.count
        self.connections.append(connection)
        guard self.ticker == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.ticker = self.loop.scheduleRepeatedTask(initialDelay: Self.tickInterval, delay: Self.tickInterval) { _ in
            bound.value.tick()
        }
    }

    func remove(_ connection: ClientConnection) {
        let index = connection.registryIndex
        guard index < self.connections.count, self.connections[index] === connection else { return }
        let last = self.connections.removeLast()
        if last !== connection {
            self.connections[index] = last
            last.registryIndex = index
        }
        if self.connections.isEmpty { self.finishDraining() }
    }

    private func tick() {
        let now = Self.now
        for connection in self.connections { connection.tick(now) }
        for pool in self.pools.values { pool.closeIdle(before: now) }
        if self.connections.isEmpty, self.pools.values.allSatisfy(\.isEmpty) {
            self.ticker?.cancel()
            self.ticker = nil
        }
    }

    /// Lets requests in flight finish, closes everything else.
    ///
    /// - Parameter promise: Fulfilled when the last client connection is closed.
    func drain(_ promise: EventLoopPromise<Void>) {
        self.isDraining = true
        self.drained.append(promise)
        for connection in self.connections { connection.drain() }
        if self.connections.isEmpty { self.finishDraining() }
    }

    /// Closes what is still open.
    func abort() {
        for connection in self.connections { connection.abort() }
        for pool in self.pools.values { pool.closeAll() }
    }

    private func finishDraining() {
        guard self.isDraining else { return }
        for pool in self.pools.values { pool.closeAll() }
        for promise in self.drained { promise.succeed(()) }
        self.drained = []
    }
}
