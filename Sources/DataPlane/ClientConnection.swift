import ContentCoding
import HTTP1
import NIOCore
import Relay
import Routing

/// One connection of a client: reads requests one after the other and drives each one's ``Exchange``.
///
/// All of it runs on one event loop, from the read of the request to the write of the answer, without a hop. What it
/// decides by itself is framing; what concerns providers the exchange decides.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connection is doing.
    enum State {
        /// Waits for, or reads, a request head.
        case head
        /// Reads a request body.
        case body
        /// A request is being served.
        case serving
        /// An answer went out that ends the connection; what the client still sends is read and dropped.
        case lingering
        /// Closed.
        case closed
    }

    let worker: EventLoopWorker
    /// Where the worker's list holds this connection.
    var registryIndex = 0

    var state = State.head
    var context: ChannelHandlerContext?
    /// What was read and not used yet; the head of the present request is at its front until the body begins.
    var inbox = ByteBuffer()
    var head = RequestHeadParser()
    var isReadingHeads = false
    /// The head of the present request.
    var headBytes = ByteBuffer()
    var inbound: InboundRequest?
    var body = ByteBuffer()
    var bodyDecoder = BodyDecoder(.none)
    var contentDecoder: ContentDecoder?

    /// The request that is being served.
    var exchange: Exchange?
    var provider: ProviderConnection?
    /// Counts attempts, so that a connection that opens too late is not taken for the present one.
    var attemptSerial = 0
    /// Bytes of the provider's body that have not been sent, and how many have.
    var pending = ByteBuffer()
    var sentBytes = 0
    var hasSentHead = false
    var isChunking = false
    var pauseTimer: Scheduled<Void>?
    private var isReading = true

    /// When the present head, pause or write began; `nil` when no limit runs.
    var waitingSince = MonotonicInstant(nanoseconds: 0)
    var blockedSince: MonotonicInstant?

    init(worker: EventLoopWorker) { self.worker = worker }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.waitingSince = EventLoopWorker.now
        self.worker.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.worker.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        switch self.state {
        case .closed, .lingering: return
        case .head, .body, .serving: break
        }
        if self.inbox.readableBytes == 0 {
            if self.state == .head { self.waitingSince = EventLoopWorker.now }
            self.inbox = bytes
        } else {
            self.inbox.discardUsedBytes()
            self.inbox.writeBuffer(&bytes)
        }
        switch self.state {
        case .head: self.readHeads()
        case .body:
            self.waitingSince = EventLoopWorker.now
            self.readBody()
        case .serving:
            // A client that sends ahead is not read further than this until its turn comes.
            if self.inbox.readableBytes > 64 << 10 { self.setReading(false) }
        case .lingering, .closed: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.clientGone()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.clientGone()
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        self.blockedSince = isWritable ? nil : EventLoopWorker.now
        self.provider?.setReading(isWritable)
        if isWritable, self.state == .head {
            self.waitingSince = EventLoopWorker.now
            self.setReading(true)
            self.readHeads()
        }
        context.fireChannelWritabilityChanged()
    }

    func setReading(_ isReading: Bool) {
        guard isReading != self.isReading else { return }
        self.isReading = isReading
        try? self.context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    /// The client's side closed: whatever is being done for it ends.
    private func clientGone() {
        guard self.state != .closed else { return }
        let wasServing = self.state == .serving
        self.state = .closed
        self.pauseTimer?.cancel()
        guard wasServing else { return }
        self.exchange?.clientGone(at: EventLoopWorker.now)
        self.provider?.cancel()
        self.provider = nil
        self.settle()
    }

    /// Writes the journal's record of the request that is over.
    func settle() {
        guard let record = self.exchange?.record else { return }
        self.exchange = nil
        self.worker.services.journal.append(record)
    }

    func close() {
        self.context?.close(promise: nil)
    }
}

/// The clock.
extension ClientConnection {
    /// Looks whether a limit has passed.
    func tick(_ now: MonotonicInstant) {
        let limits = self.worker.limits
        if let blocked = self.blockedSince, self.state == .head || self.state == .serving {
            // A client that does not read is no silence of the provider.
            if now >= blocked + limits.writeTimeout { self.close() }
            return
        }
        switch self.state {
        case .head:
            let isIdle = self.inbox.readableBytes == 0
            guard now >= self.waitingSince + (isIdle ? limits.idleTimeout : limits.headTimeout) else { return }
            if isIdle { self.close() } else { self.refuse(.timeout("The request head did not arrive in time")) }
        case .body:
            guard now >= self.waitingSince + limits.bodyTimeout else { return }
            self.refuse(.timeout("The request body did not arrive in time"))
        case .serving:
            guard let deadline = self.exchange?.deadline, now >= deadline else { return }
            if let directive = self.exchange?.timedOut(at: now) { self.follow(directive) }
        case .lingering:
            if now >= self.waitingSince + .seconds(2) { self.close() }
        case .closed: break
        }
    }

    /// The gateway is shutting down: an idle connection closes now, a busy one after its answer.
    func drain() {
        if self.state == .head, self.inbox.readableBytes == 0 { self.close() }
    }

    /// The gateway's patience is over: whoever still waits is told so.
    func abort() {
        guard self.state == .serving, self.context?.channel.isWritable == true,
            let directive = self.exchange?.interrupt("The gateway is shutting down", at: EventLoopWorker.now)
        else { return self.close() }
        if case .wait = directive { self.close() } else { self.follow(directive) }
    }
}
