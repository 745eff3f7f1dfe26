import JSON

/// Gemini `streamGenerateContent`.
extension StreamWatcher {
    mutating func hearGemini(_ data: RawSpan) -> Meaning {
        var candidates: Range<Int>?
        var feedback: Range<Int>?
        var usage: Range<Int>?
        var hasError = false
        do {
            try JSONScanner.members(of: data) { key, value in
                if JSONScanner.matches(key: key, of: data, "candidates" as StaticString) {
                    candidates = value
                } else if JSONScanner.matches(key: key, of: data, "promptFeedback" as StaticString) {
                    feedback = value
                } else if JSONScanner.matches(key: key, of: data, "usageMetadata" as StaticString) {
                    usage = value
                } else if JSONScanner.matches(key: key, of: data, "error" as StaticString) {
                    hasError = JSONValueShape(value, of: data) == .filled
                }
            }
        } catch {
            return .malformed
        }
        if let usage { self.reader.readGemini(usage, of: data) }
        if hasError { return Self.failure(data) }
        var says = false
        if let feedback {
            UsageReader.eachMember(of: feedback, data) { key, _ in
                guard key("blockReason") else { return }
                says = true
                self.progress = max(self.progress, .finished)
            }
        }
        if let candidates {
            try? JSONScanner.elements(in: candidates, of: data) { candidate in
                if self.hearCandidate(candidate, of: data) { says = true }
            }
        }
        return says ? .content : .preamble
    }

    private mutating func hearCandidate(_ candidate: Range<Int>, of data: RawSpan) -> Bool {
        var says = false
        var index = 0
        var isComplete = false
        UsageReader.eachMember(of: candidate, data) { key, value in
            if key("finishReason"), JSONValueShape(value, of: data) == .filled {
                isComplete = true
            } else if key("index") {
                index = JSONScanner.integer(at: value, of: data) ?? 0
            } else if key("content") {
                UsageReader.eachMember(of: value, data) { key, value in
                    if key("parts"), Self.partsSay(value, of: data) { says = true }
                }
            }
        }
        self.note(answer: index, isComplete: isComplete)
        return says || isComplete
    }

    /// A part that holds nothing but an empty text is no content yet.
    private static func partsSay(_ parts: Range<Int>, of data: RawSpan) -> Bool {
        var says = false
        try? JSONScanner.elements(in: parts, of: data) { part in
            UsageReader.eachMember(of: part, data) { key, value in
                if !key("thought"), JSONValueShape(value, of: data) == .filled { says = true }
            }
        }
        return says
    }
}
