import Configuration
import Dialects
import GenerationModel
import JSON
import ServerSentEvents

extension Endpoint {
    /// The endpoint that a path names.
    static func at(_ path: String) -> Endpoint? {
        guard case .endpoint(let endpoint, _) = InboundPath(path[...]) else { return nil }
        return endpoint
    }

    static var embeddings: Endpoint { .at("/v1/embeddings") ?? .chatCompletions }
    static var completions: Endpoint { .at("/v1/completions") ?? .chatCompletions }
}

extension Channel {
    /// A channel that only its address and key matter of.
    static func test(_ type: APIType, _ baseURL: String, key: String = "", apiVersion: String? = nil) -> Channel {
        Channel(
            id: .init(rawValue: 1),
            name: "Test",
            type: type,
            baseURL: baseURL,
            apiKey: Secret(key),
            apiVersion: apiVersion
        )
    }
}

extension ProviderCall {
    /// The whole URL of a call.
    func url(_ endpoint: Endpoint, model: String = "m", query: String? = nil) -> String {
        let scheme = self.address.usesTLS ? "https" : "http"
        return "\(scheme)://\(self.address.authority)\(self.target(endpoint, model: model, query: query))"
    }
}

extension RequestFacts {
    /// Reads the facts of a text.
    static func read(
        _ body: String,
        endpoint: Endpoint = .chatCompletions,
        pathModel: String? = nil,
        contentType: String? = "application/json"
    ) throws(RequestFault) -> RequestFacts {
        let bytes = Array(body.utf8)
        return try RequestFacts(
            endpoint: endpoint,
            pathModel: pathModel,
            contentType: contentType,
            body: bytes.span.bytes
        )
    }

    /// The body with another model, as the gateway would send it.
    func renaming(_ body: [UInt8], to model: String) -> [UInt8] {
        guard let edit = self.modelEdit else { return body }
        return body[..<edit.range.lowerBound] + edit.replacement(model: model) + body[edit.range.upperBound...]
    }
}

extension UpstreamMessage {
    static func read(_ json: String) -> UpstreamMessage? {
        let bytes = Array(json.utf8)
        return UpstreamMessage(json: bytes.span.bytes)
    }
}

/// What a watcher made of a stream.
struct Hearing: Equatable {
    /// One letter for each event: `p`reamble, `c`ontent, `f`ailure, `m`alformed.
    var meanings = ""
    /// The first failure.
    var failure: UpstreamMessage?
    var comments = 0
    var progress = StreamWatcher.Progress.open
    var isWhole = false
    var missingEnd = ""
    var usage = TokenUsage()

    /// Hears a whole stream, fed in pieces of `step` bytes.
    init(_ endpoint: Endpoint, _ stream: String, step: Int = .max) {
        var watcher = StreamWatcher(endpoint)
        var parser = ServerSentEventParser()
        var rest = Array(stream.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(step))
            rest = rest.dropFirst(piece.count)
            try? parser.push(piece) { kind, name, data, _ in self.take(kind, name, data, &watcher) }
        }
        parser.finish { kind, name, data, _ in self.take(kind, name, data, &watcher) }
        self.progress = watcher.progress
        self.isWhole = watcher.isWhole
        self.missingEnd = String(decoding: watcher.missingEnd, as: UTF8.self)
        self.usage = watcher.usage
    }

    private mutating func take(
        _ kind: ServerSentEventParser.Kind,
        _ name: RawSpan,
        _ data: RawSpan,
        _ watcher: inout StreamWatcher
    ) {
        guard kind == .event else {
            self.comments += 1
            return
        }
        switch watcher.hear(name: name, data: data) {
        case .preamble: self.meanings += "p"
        case .content: self.meanings += "c"
        case .malformed: self.meanings += "m"
        case .failure(let message):
            self.meanings += "f"
            self.failure = self.failure ?? message
        }
    }
}

/// Writes data-only events.
func events(_ data: String...) -> String { data.map { "data: \($0)\n\n" }.joined() }

/// Writes events that are named after the `type` of their data, as Anthropic and OpenAI Responses do.
func typedEvents(_ data: String...) -> String {
    data.map { text in
        let type = (try? JSONValue(parsing: text))?["type"]?.stringValue ?? "?"
        return "event: \(type)\ndata: \(text)\n\n"
    }.joined()
}
