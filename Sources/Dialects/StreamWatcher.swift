import Configuration
public import GenerationModel
import JSON

/// Listens to a stream that passes: when content begins, what it cost, whether it ended as it should.
///
/// It changes nothing. One piece of code for each dialect reads an event; the rest is common.
public struct StreamWatcher: Sendable {
    /// What an event means for the stream.
    public enum Meaning: Sendable, Hashable {
        /// Nothing a reader would miss: roles, pings, identifiers.
        case preamble
        /// Text, reasoning, a tool call, a refusal: part of the answer.
        case content
        /// The provider says that the answer failed.
        case failure(UpstreamMessage)
        /// The data is not what the dialect allows.
        case malformed
    }

    /// How far the stream got.
    public enum Progress: Sendable, Hashable, Comparable {
        /// The answer is not complete.
        case open
        /// The answer is complete; the end mark of the dialect has not come.
        case finished
        /// The end mark came; nothing follows.
        case ended
    }

    /// What kind of stream it is.
    private enum Grammar: Sendable { case chat, responses, messages, gemini, unknown }

    /// How far the stream got.
    public internal(set) var progress = Progress.open
    /// What the provider counted so far.
    public var usage: TokenUsage { self.reader.usage }

    var reader = UsageReader()
    private let grammar: Grammar
    /// The answers (`choices`, `candidates`) heard of and those that are complete, one bit for each.
    private var heardAnswers: UInt64 = 0
    private var completeAnswers: UInt64 = 0

    /// Starts listening to the answer of an endpoint.
    public init(_ endpoint: Endpoint) {
        switch endpoint.dialect {
        case .openAIChat: self.grammar = endpoint.kind == .chat ? .chat : .unknown
        case .openAIResponses: self.grammar = .responses
        case .anthropicMessages: self.grammar = .messages
        case .gemini: self.grammar = .gemini
        }
    }

    /// Hears an event.
    ///
    /// - Parameters:
    ///   - name: The event's name; empty when it has none.
    ///   - data: The event's data.
    /// - Returns: What the event means.
    public mutating func hear(name: RawSpan, data: RawSpan) -> Meaning {
        switch self.grammar {
        case .chat: self.hearChat(name, data)
        case .responses: self.hearResponses(data)
        case .messages: self.hearMessages(data)
        case .gemini: self.hearGemini(data)
        case .unknown: self.hearUnknown(data)
        }
    }

    /// Whether a stream that ends here is whole.
    ///
    /// Streams of endpoints whose grammar is not followed end when they end.
    public var isWhole: Bool { self.grammar == .unknown || self.progress != .open }

    /// What is still owed to the client when a complete answer lacks its end mark.
    public var missingEnd: [UInt8] {
        guard self.progress == .finished else { return [] }
        switch self.grammar {
        case .chat: return Array("data: [DONE]\n\n".utf8)
        case .messages: return Array("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".utf8)
        case .responses, .gemini, .unknown: return []
        }
    }

    /// Notes that one of the stream's answers was heard; all that were heard of must be complete for the stream to be.
    mutating func note(answer index: Int, isComplete: Bool) {
        let bit: UInt64 = 1 << min(max(index, 0), 63)
        self.heardAnswers |= bit
        if isComplete { self.completeAnswers |= bit }
        guard self.progress != .ended else { return }
        self.progress = self.heardAnswers & ~self.completeAnswers == 0 ? .finished : .open
    }

    private mutating func hearUnknown(_ data: RawSpan) -> Meaning {
        if data.isWord("[DONE]") {
            self.progress = .ended
            return .preamble
        }
        var error: Range<Int>?
        try? JSONScanner.members(of: data) { key, value in
            if JSONScanner.matches(key: key, of: data, "error" as StaticString) { error = value }
            if JSONScanner.matches(key: key, of: data, "usage" as StaticString) {
                self.reader.readOpenAI(value, of: data)
            }
        }
        if let error, JSONValueShape(error, of: data) != .empty { return Self.failure(data) }
        return .content
    }

    /// The failure that an event's data tells.
    static func failure(_ data: RawSpan) -> Meaning {
        .failure(UpstreamMessage(json: data) ?? UpstreamMessage(text: "the provider reported an error"))
    }
}

/// Whether a JSON value says anything.
enum JSONValueShape: Sendable, Hashable {
    /// `null`, `""`, `[]`, `{}`, `false`.
    case empty
    /// Anything else.
    case filled

    init(_ range: Range<Int>, of bytes: RawSpan) {
        let value = bytes.extracting(range)
        if value.isWord("null") || value.isWord("\"\"") || value.isWord("false") {
            self = .empty
            return
        }
        let first = value.byteCount > 0 ? value.unsafeLoad(fromByteOffset: 0, as: UInt8.self) : 0
        guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else {
            self = .filled
            return
        }
        for index in 1..<value.byteCount {
            switch value.unsafeLoad(fromByteOffset: index, as: UInt8.self) {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "]"), UInt8(ascii: "}"): self = .empty
            default: self = .filled
            }
            return
        }
        self = .empty
    }
}

extension RawSpan {
    /// Whether these bytes are exactly a word.
    func isWord(_ word: StaticString) -> Bool {
        guard self.byteCount == word.utf8CodeUnitCount else { return false }
        for index in 0..<self.byteCount
        where self.unsafeLoad(fromByteOffset: index, as: UInt8.self) != word.utf8Start[index] {
            return false
        }
        return true
    }
}
