import NIOCore
import NIOPosix
import Synchronization

/// One end of a connection: sends exactly what a test says and shows exactly what comes.
final class Wire: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    /// What was waited for did not come.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private typealias Condition = @Sendable (_ text: String, _ isClosed: Bool) -> Int?

    private struct State {
        var text = ""
        var isClosed = false
        var waiting: (condition: Condition, promise: EventLoopPromise<String>)?
    }

    let channel: any Channel
    private let state = Mutex(State())

    private let stopsAfterFirstRead: Bool

    init(_ channel: any Channel, stopsAfterFirstRead: Bool = false) {
        self.channel = channel
        self.stopsAfterFirstRead = stopsAfterFirstRead
    }

    /// Connects to a port of this machine.
    static func connect(port: Int, on group: any EventLoopGroup) async throws -> Wire {
        let made = group.next().makePromise(of: Wire.self)
        do {
            // The other side may have closed again before the pipeline could be asked for the handler.
            _ = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    let wire = Wire(channel)
                    made.succeed(wire)
                    return channel.pipeline.addHandler(wire)
                }
                .connect(host: "127.0.0.1", port: port).get()
        } catch {
            made.fail(error)
            throw error
        }
        return try await made.futureResult.get()
    }

    func send(_ text: String) { self.channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func close() { self.channel.close(promise: nil) }

    /// Takes nothing more off the socket, or goes on.
    func setReading(_ isReading: Bool) async throws {
        try await self.channel.setOption(.autoRead, value: isReading).get()
    }

    /// What came up to and with this text.
    func read(through mark: String) async throws -> String {
        try await self.wait("\(mark.debugDescription)") { text, _ in
            text.firstRange(of: mark).map { text.utf8.distance(from: text.startIndex, to: $0.upperBound) }
        }
    }

    /// The next bytes.
    func read(count: Int) async throws -> String {
        try await self.wait("\(count) bytes") { text, _ in text.utf8.count >= count ? count : nil }
    }

    /// What came before the other side closed.
    func readToEnd() async throws -> String {
        try await self.wait("the end") { text, isClosed in isClosed ? text.utf8.count : nil }
    }

    /// A whole message: the head, and a body with a length or in chunks.
    func readMessage() async throws -> String {
        let head = try await self.read(through: "\r\n\r\n")
        if head.contains("transfer-encoding: chunked") { return try await head + self.read(through: "0\r\n\r\n") }
        let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        guard let length, let count = Int(length.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) else { return head }
        return try await head + self.read(count: count)
    }

    /// Whether the other side has closed by now.
    var isClosed: Bool { self.state.withLock { $0.isClosed } }

    private func wait(_ what: String, _ condition: @escaping Condition) async throws -> String {
        let promise = self.channel.eventLoop.makePromise(of: String.self)
        let timeout = self.channel.eventLoop.scheduleTask(in: .seconds(60)) {
            let (text, isClosed) = self.state.withLock { ($0.text, $0.isClosed) }
            let instead = "\(text.prefix(500).debugDescription)\(isClosed ? " and the end" : "")"
            promise.fail(Missing(description: "\(what) did not come, but \(instead)"))
        }
        defer { timeout.cancel() }
        self.state.withLock { $0.waiting = (condition, promise) }
        self.change { _ in }
        return try await promise.futureResult.get()
    }

    private func change(_ body: (inout State) -> Void) {
        self.state.withLock { state in
            body(&state)
            guard let waiting = state.waiting, let count = waiting.condition(state.text, state.isClosed) else { return }
            let end = state.text.utf8.index(state.text.startIndex, offsetBy: count)
            waiting.promise.succeed(String(state.text[..<end]))
            state.text = String(state.text[end...])
            state.waiting = nil
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.stopsAfterFirstRead { try? context.channel.syncOptions?.setOption(.autoRead, value: false) }
        let bytes = self.unwrapInboundIn(data)
        self.change { $0.text += String(buffer: bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) { self.change { $0.isClosed = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
