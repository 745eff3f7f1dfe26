import HTTP1
import NIOCore

/// Asks an HTTP proxy for a tunnel to a provider and says when it is open: `CONNECT`, RFC 9110 §9.3.6.
///
/// Errors go down the pipeline; whoever waits for ``Opened`` keeps the time.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The event of an open tunnel; from here on the bytes are the provider's.
    struct Opened: Sendable {}

    /// A proxy that opens no tunnel.
    struct Refused: Error, Sendable, Hashable, CustomStringConvertible {
        /// What it said, in words that hold nothing secret.
        let description: String

        static let wantsCredentials = Refused(description: "the HTTP proxy wants another user name and password (407)")
    }

    private let origin: Origin
    private var head = ResponseHeadParser()
    private var received = ByteBuffer()
    private var isOver = false

    init(_ origin: Origin) { self.origin = origin }

    func handlerAdded(context: ChannelHandlerContext) {
        let host = self.origin.host.contains(":") ? "[\(self.origin.host)]" : self.origin.host
        let authority = "\(host):\(self.origin.port)"
        var request = "CONNECT \(authority) HTTP/1.1\r\nhost: \(authority)\r\n"
        if let authorization = self.origin.proxy?.authorization {
            request += "proxy-authorization: \(authorization)\r\n"
        }
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return context.fireChannelRead(data) }
        var bytes = self.unwrapInboundIn(data)
        self.received.writeBuffer(&bytes)
        do throws(HTTPSyntaxError) {
            repeat {
                let received = self.received
                guard try self.head.parse(received.readableBytesSpan) else { return }
                self.received.moveReaderIndex(forwardBy: self.head.headLength)
            } while self.head.status < 200
        } catch {
            return self.refuse("the HTTP proxy does not speak HTTP: \(error.description)", context)
        }
        self.conclude(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !self.isOver { self.refuse("the HTTP proxy closed the connection before it answered", context) }
        context.fireChannelInactive()
    }

    private func conclude(_ context: ChannelHandlerContext) {
        switch self.head.status {
        case 200..<300:
            self.isOver = true
            context.fireUserInboundEventTriggered(Opened())
            if self.received.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(self.received)) }
        case 407: self.refuse(Refused.wantsCredentials.description, context)
        default: self.refuse("the HTTP proxy opened no tunnel to the provider (\(self.head.status))", context)
        }
    }

    private func refuse(_ words: String, _ context: ChannelHandlerContext) {
        self.isOver = true
        context.fireErrorCaught(Refused(description: words))
    }
}
