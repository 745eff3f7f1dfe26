import NIOCore
import NIOEmbedded
import NIOHTTP1

/// What NIOHTTP1, which is llhttp, makes of the same bytes.
struct NIOTranscript {
    var messages: [Message] = []
    var error: (any Error)?

    static func requests(_ bytes: [UInt8]) throws -> NIOTranscript {
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        let channel = EmbeddedChannel(handler: decoder)
        var transcript = NIOTranscript()
        transcript.error = write(bytes, to: channel)
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) { transcript.add(part) }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return transcript
    }

    static func responses(_ bytes: [UInt8]) throws -> NIOTranscript {
        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward)
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(decoder))
        // The decoder wants to know what was asked.
        for _ in 0..<20 {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            try channel.writeOutbound(HTTPClientRequestPart.head(head))
        }
        var transcript = NIOTranscript()
        transcript.error = write(bytes, to: channel)
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) { transcript.add(part) }
        if transcript.error == nil {
            channel.pipeline.fireChannelInactive()
            while let part = try? channel.readInbound(as: HTTPClientResponsePart.self) { transcript.add(part) }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return transcript
    }

    /// NIOHTTP1 leaves the white space behind a value in place.
    private static func spelled(_ headers: HTTPHeaders) -> [String] {
        headers.map { header in
            let value = header.value.utf8.reversed().drop { $0 == 32 || $0 == 9 }.reversed()
            return "\(header.name): \(text(Array(value)))"
        }
    }

    private static func write(_ bytes: [UInt8], to channel: EmbeddedChannel) -> (any Error)? {
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            return nil
        } catch {
            return error
        }
    }

    private mutating func add(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            let line = [head.method.rawValue, head.uri, "\(head.version.major).\(head.version.minor)"]
            messages.append(Message(startLine: line, fields: Self.spelled(head.headers)))
        case .body(let buffer): messages[messages.count - 1].body += buffer.readableBytesView
        case .end: messages[messages.count - 1].isComplete = true
        }
    }

    private mutating func add(_ part: HTTPClientResponsePart) {
        switch part {
        case .head(let head):
            let version = "\(head.version.major).\(head.version.minor)"
            let line = [version, String(head.status.code)]
            messages.append(Message(startLine: line, fields: Self.spelled(head.headers)))
            // An interim response has no end of its own.
            if head.status.code < 200 { messages[messages.count - 1].isComplete = true }
        case .body(let buffer): messages[messages.count - 1].body += buffer.readableBytesView
        case .end: messages[messages.count - 1].isComplete = true
        }
    }
}
