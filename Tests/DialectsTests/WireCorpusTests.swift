import Dialects
import Foundation
import GenerationModel
import JSON
import Testing

/// Recorded exchanges of real providers, read from the folder next to the repository when it is there.
enum WireCorpus {
    struct Exchange: Sendable, CustomTestStringConvertible {
        var id: String
        var endpoint: Endpoint
        var isEventStream: Bool
        var status: Int
        var body: String
        /// The recorder's stream is a made-up one that lacks its terminal event.
        var isUnfinished: Bool

        var testDescription: String { self.id }
    }

    /// `WIRE_CORPUS`, or `shared/wire` next to the repository or above it.
    static let path: String? = {
        var candidates = [ProcessInfo.processInfo.environment["WIRE_CORPUS"]].compactMap(\.self)
        var folder = URL(filePath: #filePath)
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            candidates.append(folder.appending(path: "shared/wire").path)
        }
        return candidates.map { $0 + "/corpus.dev.jsonl" }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    static let endpoints: [String: (whole: Endpoint, stream: Endpoint)] = [
        "openai-chat": (.chatCompletions, .chatCompletions),
        "openai-responses": (.responses, .responses),
        "anthropic-messages": (.messages, .messages),
        "gemini-generate": (.generateContent, .streamGenerateContent),
        "openai-embeddings": (.embeddings, .embeddings),
    ]

    static let exchanges: [Exchange] = {
        guard let path, let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            guard let row = try? JSONValue(parsing: String(line)), let id = row["id"]?.stringValue,
                let endpoint = row["protocol"]?.stringValue.flatMap({ Self.endpoints[$0] }),
                let response = row["response"], let status = response["status"]?.intValue,
                let body = response["body"]?.stringValue
            else { return nil }
            let isStream = row["stream"]?.boolValue ?? false
            return Exchange(
                id: id,
                endpoint: isStream ? endpoint.stream : endpoint.whole,
                // Gemini without `alt=sse` streams an array, which the gateway never asks for.
                isEventStream: isStream && !body.hasPrefix("["),
                status: status,
                body: body,
                isUnfinished: row["wire_problems"]?.arrayValue?.contains("0 terminal events") ?? false
            )
        }
    }()
}

@Suite
struct `Recorded traffic is understood` {
    @Test
    func `The recordings are there, or their absence is loud`() throws {
        guard let path = WireCorpus.path else {
            print("⚠️⚠️⚠️ SKIPPED: no recorded traffic. Set WIRE_CORPUS or put shared/wire next to the repository.")
            return
        }

        let count = WireCorpus.exchanges.count

        #expect(count > 400, "\(path)")
    }

    @Test(arguments: WireCorpus.exchanges.filter { $0.isEventStream && $0.status == 200 })
    func `Every recorded stream is whole and has content before its end`(exchange: WireCorpus.Exchange) throws {
        let hearing = Hearing(exchange.endpoint, exchange.body)

        let content = try #require(hearing.meanings.firstIndex(of: "c"))
        let failure = hearing.meanings.firstIndex(of: "f")

        #expect(hearing.isWhole == !exchange.isUnfinished)
        #expect(!hearing.meanings.contains("m"))
        #expect(failure.map { $0 > content } ?? true)
    }

    @Test(arguments: WireCorpus.exchanges.filter { !$0.isEventStream && $0.status == 200 && $0.body.hasPrefix("{") })
    func `Every recorded whole answer is an answer`(exchange: WireCorpus.Exchange) {
        let bytes = Array(exchange.body.utf8)

        let answer = WholeAnswer(exchange.endpoint, body: bytes.span.bytes)

        guard case .answer(let usage) = answer else {
            Issue.record("\(answer)")
            return
        }
        let tellsCounts = ["prompt_tokens\"", "input_tokens\"", "TokenCount\""].contains(where: exchange.body.contains)
        #expect(usage.isEmpty != tellsCounts)
    }

    @Test(arguments: WireCorpus.exchanges.filter { $0.status >= 400 })
    func `Every recorded error has words`(exchange: WireCorpus.Exchange) {
        let message = UpstreamMessage.read(exchange.body)

        #expect(message?.text.isEmpty == false)
    }

    @Test(arguments: WireCorpus.exchanges.filter { $0.isEventStream && $0.status == 200 }.prefix(60))
    func `Streams mean the same however they are cut`(exchange: WireCorpus.Exchange) {
        let body = String(exchange.body.prefix(20_000))

        let pieces = Hearing(exchange.endpoint, body, step: 997)

        #expect(pieces == Hearing(exchange.endpoint, body))
    }
}
