import Dialects
import NIOCore
import Relay
import Routing

/// Carries out what the exchange decides.
extension ClientConnection {
    func follow(_ directive: Directive) {
        switch directive {
        case .wait: break
        case .attempt(let attempt):
            self.dropProvider()
            self.open(attempt)
        case .pause(let duration):
            self.dropProvider()
            self.pauseTimer = self.worker.loop.assumeIsolated().scheduleTask(
                in: .nanoseconds(duration.wholeNanoseconds)
            ) {
                if let next = self.exchange?.resume(at: EventLoopWorker.now) { self.follow(next) }
            }
        case .flow: self.release(trailer: [], ending: .open)
        case .end(let trailer):
            self.release(trailer: trailer, ending: .complete)
            self.provider?.letFinish()
            self.provider = nil
            self.settle()
            self.finishRequest(keepsAlive: self.keepsAlive)
        case .breakOff(let trailer):
            self.release(trailer: trailer, ending: .broken)
            self.dropProvider()
            self.settle()
            self.finishRequest(keepsAlive: false)
        case .answer(let answer):
            self.dropProvider()
            self.answer(answer)
        }
    }

    private func dropProvider() {
        self.attemptSerial &+= 1
        self.provider?.cancel()
        self.provider = nil
        self.pending = ByteBuffer()
        self.sentBytes = 0
    }

    private func open(_ attempt: Attempt) {
        let serial = self.attemptSerial
        do throws(ProxyAddress.Invalid) {
            guard let pool = try self.worker.pool(for: attempt.route) else {
                return self.attemptFailed(.notConnected("the channel's base URL cannot be used"))
            }
            if attempt.mayReuseConnection, let connection = pool.takeIdle() {
                return self.send(attempt, over: connection)
            }
            let timeout = TimeAmount.nanoseconds(attempt.connectTimeout.wholeNanoseconds)
            ProviderConnector(pool: pool, timeout: timeout).connect { result in
                self.opened(result, attempt, serial: serial, pool: pool)
            }
        } catch {
            self.attemptFailed(.notConnected("the channel's proxy cannot be used: \(error)"))
        }
    }

    private func opened(
        _ result: Result<ProviderConnection, any Error>,
        _ attempt: Attempt,
        serial: Int,
        pool: ProviderPool
    ) {
        guard serial == self.attemptSerial, self.state == .serving, self.exchange != nil else {
            // Too late for this attempt, but a fresh connection is of use to the next one.
            if case .success(let connection) = result { pool.give(connection) }
            return
        }
        switch result {
        case .success(let connection): self.send(attempt, over: connection)
        case .failure(let error):
            self.attemptFailed(
                ConnectionFailure.isTimeout(error) ? .connectTimeout : .notConnected(ConnectionFailure.words(error))
            )
        }
    }

    private func send(_ attempt: Attempt, over connection: ProviderConnection) {
        self.provider = connection
        connection.setReading(self.context?.channel.isWritable ?? true)
        connection.send(self.call(attempt, over: connection), for: self)
    }

    private func attemptFailed(_ failure: TransportFailure) {
        if let directive = self.exchange?.providerFailed(failure, at: EventLoopWorker.now) { self.follow(directive) }
    }

    /// Ends the present request; the next one begins if the connection goes on.
    func finishRequest(keepsAlive: Bool) {
        self.pauseTimer?.cancel()
        self.pauseTimer = nil
        self.attemptSerial &+= 1
        self.inbound = nil
        self.body = ByteBuffer()
        self.headBytes = ByteBuffer()
        self.pending = ByteBuffer()
        self.sentBytes = 0
        self.hasSentHead = false
        self.isChunking = false
        self.contentDecoder = nil
        self.waitingSince = EventLoopWorker.now
        guard self.state != .closed else { return }
        guard keepsAlive else { return self.linger() }
        self.state = .head
        self.setReading(true)
        if self.inbox.readableBytes == 0 {
            self.inbox = ByteBuffer()
        } else {
            self.readHeads()
        }
    }

    /// Closes the sending side and drops what still comes for a moment: closing at once could take the answer away from a
    /// client that is still sending (RFC 9112 §9.6).
    private func linger() {
        self.state = .lingering
        self.inbox = ByteBuffer()
        self.setReading(true)
        guard let context = self.context else { return }
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            context.close(mode: .output, promise: nil)
        }
    }

    func write(_ bytes: ByteBuffer) {
        self.context?.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    }
}

/// What comes from the provider.
extension ClientConnection {
    func providerHead(_ connection: ProviderConnection) {
        guard connection === self.provider else { return }
        self.exchange?.received(connection.summary, at: EventLoopWorker.now)
    }

    func providerBody(_ payload: ByteBuffer, _ connection: ProviderConnection) {
        guard connection === self.provider else { return }
        if self.pending.readableBytes == 0 {
            self.pending = payload
        } else {
            var payload = payload
            // What was passed on would otherwise stay for as long as events are cut by reads: the whole stream.
            self.pending.discardUsedBytes()
            self.pending.writeBuffer(&payload)
        }
        let directive = self.exchange?.receive(payload.readableBytesSpan, at: EventLoopWorker.now)
        if let directive { self.follow(directive) }
    }

    func providerEnded(_ connection: ProviderConnection) {
        guard connection === self.provider else { return }
        let pending = self.pending
        let directive = self.exchange?.providerEnded(body: pending.readableBytesSpan, at: EventLoopWorker.now)
        if let directive { self.follow(directive) }
    }

    func providerFailed(_ failure: TransportFailure, _ connection: ProviderConnection) {
        guard connection === self.provider else { return }
        self.attemptFailed(failure)
    }
}
