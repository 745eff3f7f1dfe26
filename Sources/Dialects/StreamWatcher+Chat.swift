import JSON

/// Chat Completions and the older Completions.
extension StreamWatcher {
    private struct ChatChunk {
        var choices: Range<Int>?
        var usage: Range<Int>?
        var groq: Range<Int>?
        var hasError = false
    }

    mutating func hearChat(_ name: RawSpan, _ data: RawSpan) -> Meaning {
        if data.isWord("[DONE]") {
            self.progress = .ended
            return .preamble
        }
        if name.isWord("error") { return Self.failure(data) }
        var chunk = ChatChunk()
        do {
            try JSONScanner.members(of: data) { key, value in
                if JSONScanner.matches(key: key, of: data, "choices" as StaticString) {
                    chunk.choices = value
                } else if JSONScanner.matches(key: key, of: data, "usage" as StaticString) {
                    chunk.usage = value
                } else if JSONScanner.matches(key: key, of: data, "x_groq" as StaticString) {
                    chunk.groq = value
                } else if JSONScanner.matches(key: key, of: data, "error" as StaticString) {
                    chunk.hasError = JSONValueShape(value, of: data) == .filled
                }
            }
        } catch {
            return .malformed
        }
        if let usage = chunk.usage { self.reader.readOpenAI(usage, of: data) }
        if let groq = chunk.groq {
            // Groq tells the usage here when the client did not ask for it.
            UsageReader.eachMember(of: groq, data) { key, value in
                if key("usage") { self.reader.readOpenAI(value, of: data) }
            }
        }
        if chunk.hasError { return Self.failure(data) }
        var meaning = Meaning.preamble
        if let choices = chunk.choices {
            try? JSONScanner.elements(in: choices, of: data) { choice in
                if self.hearChoice(choice, of: data) { meaning = .content }
            }
        }
        return meaning
    }

    /// Whether a choice says anything; notes its end.
    private mutating func hearChoice(_ choice: Range<Int>, of data: RawSpan) -> Bool {
        var says = false
        var index = 0
        var isComplete = false
        UsageReader.eachMember(of: choice, data) { key, value in
            if key("delta") {
                says = says || Self.deltaSays(value, of: data)
            } else if key("text") {
                says = says || JSONValueShape(value, of: data) == .filled
            } else if key("index") {
                index = JSONScanner.integer(at: value, of: data) ?? 0
            } else if key("finish_reason"), JSONValueShape(value, of: data) == .filled {
                isComplete = true
            }
        }
        self.note(answer: index, isComplete: isComplete)
        return says || isComplete
    }

    /// Any member but the role that is not empty is part of the answer; providers keep inventing new ones.
    private static func deltaSays(_ delta: Range<Int>, of data: RawSpan) -> Bool {
        var says = false
        UsageReader.eachMember(of: delta, data) { key, value in
            if !says, !key("role"), JSONValueShape(value, of: data) == .filled { says = true }
        }
        return says
    }
}
