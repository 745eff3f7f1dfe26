import ContentCoding
import HTTP1
import NIOCore
import Relay
import Routing

/// One connection to a provider: sends a call, reads its answer, hands both to the client connection it works for.
///
/// Heads are parsed where they lie; bodies are handed on as slices of what was read.
final class ProviderConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Waits for a call.
        case idle
        /// A call is out; the head of its answer has not come.
        case head
        /// The head came; the body follows.
        case body
        /// Closed, or of no more use.
        case closed
    }

    let pool: ProviderPool
    /// The head of the present answer, and its bytes.
    private(set) var head = ResponseHeadParser()
    private(set) var headBytes = ByteBuffer()
    /// Since when it waits.
    private(set) var idleSince = MonotonicInstant(nanoseconds: 0)

    private var state = State.idle
    private var context: ChannelHandlerContext?
    /// Who the present call is for; let go of as soon as the call is over.
    private var client: ClientConnection?
    private var partial: ByteBuffer?
    private var body = BodyDecoder(.none)
    private var decoder: ContentDecoder?
    /// Whether the present answer's body is unpacked on its way; the client is then told nothing of a coding.
    private(set) var isDecoding = false
    private var isReused = false
    private var isReading = true
    private var hasAnswered = false
    private var keepsAlive = false
    /// The client has its answer; what still comes is read and dropped until the message ends.
    private var isSurplus = false
    /// Whether the end of the message was among the bytes that are being handed on.
    private var isAtEnd = false

    /// The end of a message whose client is served is waited for this long.
    private static let surplusPatience: TimeAmount = .seconds(5)
    /// A packed answer may grow to this, in bytes.
    private static let maximumUnpackedBytes = 1 << 30

    init(pool: ProviderPool) { self.pool = pool }

    /// Whether a call can be sent.
    var isOpen: Bool { self.state == .idle && self.context?.channel.isActive == true }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends a call and works for a client until its answer ends.
    func send(_ parts: [ByteBuffer], for client: ClientConnection) {
        guard let context = self.context else { return client.providerFailed(.staleConnection, self) }
        self.client = client
        self.state = .head
        self.hasAnswered = false
        for part in parts.dropLast() { context.write(self.wrapOutboundOut(part), promise: nil) }
        if let last = parts.last { context.writeAndFlush(self.wrapOutboundOut(last), promise: nil) }
    }

    /// Stops or resumes reading, so that a slow client slows its provider and not the gateway's memory.
    func setReading(_ isReading: Bool) {
        guard isReading != self.isReading else { return }
        self.isReading = isReading
        try? self.context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    /// The client wants nothing more of this call: closes, since the rest of the answer is of no use.
    func cancel() {
        self.client = nil
        self.close()
    }

    /// The client has its whole answer; the connection may be used again once the message has ended.
    func letFinish() {
        // The end has usually come with the last bytes of the body.
        guard self.state == .body, !self.isAtEnd else { return }
        self.client = nil
        self.isSurplus = true
        self.setReading(true)
        self.pool.worker.loop.assumeIsolated().scheduleTask(in: Self.surplusPatience) {
            if self.isSurplus { self.close() }
        }
    }

    func close() {
        self.state = .closed
        self.context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        guard self.state == .head || self.state == .body else {
            // Nobody asked: a provider that talks out of turn cannot be trusted with the next call.
            return self.close()
        }
        self.hasAnswered = true
        if var partial = self.partial.take() {
            partial.writeBuffer(&bytes)
            bytes = partial
        }
        do throws(HTTPSyntaxError) {
            if self.state == .head {
                guard try self.readHead(&bytes) else {
                    self.partial = bytes
                    return
                }
            }
            if self.state == .body { try self.readBody(&bytes) }
        } catch {
            self.fail(.notHTTP(error.description))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch self.state {
        case .idle: self.pool.forget(self)
        case .closed: break
        case .head:
            let isStale = self.isReused && !self.hasAnswered
            self.fail(isStale ? .staleConnection : .broken("the provider closed the connection before it answered"))
        case .body:
            if self.body.connectionClosed() {
                self.endOfMessage()
            } else {
                self.fail(.broken("the connection broke in the middle of the answer"))
            }
        }
        self.state = .closed
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch self.state {
        case .idle: self.pool.forget(self)
        case .head where self.isReused && !self.hasAnswered: self.fail(.staleConnection)
        case .head, .body: self.fail(.broken(ConnectionFailure.words(error)))
        case .closed: break
        }
        self.close()
    }

    func fail(_ failure: TransportFailure) {
        self.close()
        let client = self.client
        self.client = nil
        client?.providerFailed(failure, self)
    }
}

/// Reading an answer.
extension ProviderConnection {
    /// Reads heads until one is final; interim ones (1xx) are nobody's business.
    private func readHead(_ bytes: inout ByteBuffer) throws(HTTPSyntaxError) -> Bool {
        while true {
            guard try self.head.parse(bytes.readableBytesSpan) else { return false }
            guard let slice = bytes.readSlice(length: self.head.headLength) else { return false }
            if self.head.status == 101 { throw HTTPSyntaxError.malformedStatusLine }
            if self.head.status >= 200 {
                self.headBytes = slice
                break
            }
        }
        if self.head.status == 407, self.pool.origin.proxy != nil {
            // The proxy's own answer to a plain call; the caller can do nothing about it.
            self.fail(.notConnected(TunnelHandler.Refused.wantsCredentials.description))
            return true
        }
        self.body = BodyDecoder(self.head.framing(requestMethodIsHead: false))
        self.keepsAlive = self.head.keepsAlive(requestMethodIsHead: false)
        self.state = .body
        self.prepareDecoding()
        guard self.state == .body else { return true }
        self.client?.providerHead(self)
        return true
    }

    private func prepareDecoding() {
        self.decoder = nil
        self.isDecoding = false
        guard let range = self.head.first(.contentEncoding) else { return }
        let value = self.headBytes.getString(at: self.headBytes.readerIndex + range.lowerBound, length: range.count)
        guard let coding = ContentCoding(fieldValue: value ?? ""), coding != .identity else { return }
        self.decoder = try? ContentDecoder(coding, outputLimit: Self.maximumUnpackedBytes)
        self.isDecoding = true
        // Packed bytes must not be taken for an answer.
        if self.decoder == nil { self.fail(.broken("the answer's compression cannot be undone")) }
    }

    private func readBody(_ bytes: inout ByteBuffer) throws(HTTPSyntaxError) {
        var offset = 0
        var payload: ByteBuffer?
        var isOver = false
        reading: while true {
            switch try self.body.next(bytes.readableBytesSpan, from: &offset) {
            case .payload(let range):
                guard var piece = bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count) else {
                    break
                }
                if payload == nil { payload = piece } else { payload?.writeBuffer(&piece) }
            case .needMore: break reading
            case .end:
                isOver = true
                break reading
            }
        }
        bytes.moveReaderIndex(forwardBy: min(offset, bytes.readableBytes))
        self.isAtEnd = isOver
        if let payload, !self.isSurplus { self.deliver(payload) }
        guard self.state == .body else { return }
        if isOver {
            if bytes.readableBytes > 0 { self.keepsAlive = false }
            self.endOfMessage()
        } else if bytes.readableBytes > 0 {
            self.partial = bytes
        }
    }

    private func deliver(_ payload: ByteBuffer) {
        guard self.decoder != nil else {
            self.client?.providerBody(payload, self)
            return
        }
        var plain = ByteBuffer()
        do throws(ContentCodingError) {
            try self.decoder?.decode(payload.readableBytesSpan) { _ = plain.writeBytes($0) }
        } catch {
            return self.fail(.broken("the answer's compression is damaged"))
        }
        if plain.readableBytes > 0 { self.client?.providerBody(plain, self) }
    }

    /// Whether the whole call has left.
    ///
    /// An answer may come before that, and the next call would wait behind the rest.
    private var hasSentAll: Bool {
        guard let options = self.context?.channel.syncOptions else { return false }
        return (try? options.getOption(.bufferedWritableBytes)) == 0
    }

    /// The message ended as its framing says; the connection goes back to the pool if it may.
    private func endOfMessage() {
        if let decoder = self.decoder, !self.isSurplus, (try? decoder.finish()) == nil {
            return self.fail(.broken("the answer's compression is cut off"))
        }
        self.decoder = nil
        self.partial = nil
        let client = self.client
        self.client = nil
        self.isSurplus = false
        if self.keepsAlive, self.context?.channel.isActive == true, self.hasSentAll {
            self.state = .idle
            self.isReused = true
            self.idleSince = EventLoopWorker.now
            self.setReading(true)
            // The client reads the head after this, so the connection is given back only when it is done.
            client?.providerEnded(self)
            self.pool.give(self)
        } else {
            self.state = .closed
            client?.providerEnded(self)
            self.close()
        }
    }
}
