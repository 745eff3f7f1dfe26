import Configuration
import DataPlane
import Relay
import Synchronization

/// A journal that keeps everything.
final class RecordingJournal: RequestJournal {
    private let kept = Mutex<[RequestRecord]>([])

    var records: [RequestRecord] { self.kept.withLock { $0 } }

    func append(_ record: RequestRecord) { self.kept.withLock { $0.append(record) } }
}

/// Configurations and messages that the tests share.
enum Fixtures {
    /// A configuration with one channel, `provider`, that offers the model `m`.
    static func snapshot(port: Int, revision: Int64 = 1) -> RelaySnapshot {
        let channel = Channel(
            id: .init(rawValue: 1),
            name: "provider",
            type: .openai,
            baseURL: "http://127.0.0.1:\(port)",
            apiKey: Secret("sk-test")
        )
        let entry = APIEntry(id: .init(rawValue: 1), channelID: channel.id, model: "m")
        return RelaySnapshot(Configuration(revision: revision, channels: [channel], entries: [entry]), createdAt: 0)
    }

    static func services(_ journal: any RequestJournal) -> DataPlaneServices {
        DataPlaneServices(
            health: HealthBoard { _ in },
            journal: journal,
            wallClock: { 0 },
            digest: { AccessKey.Digest(bytes: Array($0.utf8)) },
            proxies: ProxyEnvironment([:]),
            version: "0.0.0-test"
        )
    }

    /// A chat request for the model `m`.
    static func request(isStream: Bool = false, padding: Int = 0) -> String {
        let pad = String(repeating: "x", count: padding)
        return Self.message(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n",
            #"{"model":"m","stream":\#(isStream),"messages":[],"pad":"\#(pad)"}"#
        )
    }

    /// The JSON of a chat answer.
    static func chat(_ text: String = "Hello") -> String {
        #"{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}]}"#
    }

    /// A provider's whole answer.
    static func answer(_ text: String = "Hello") -> String {
        Self.message("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n", Self.chat(text))
    }

    /// The head of a stream and its first event.
    static func streamBegin(_ text: String) -> String {
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            + Self.chunk(#"data: {"choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"# + "\n\n")
    }

    /// The end of a stream.
    static let streamEnd =
        Self.chunk(#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n")
        + "0\r\n\r\n"

    private static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    private static func message(_ head: String, _ body: String) -> String {
        "\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
