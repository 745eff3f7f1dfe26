import JSON

/// OpenAI Responses.
extension StreamWatcher {
    mutating func hearResponses(_ data: RawSpan) -> Meaning {
        if data.isWord("[DONE]") {
            self.progress = .ended
            return .preamble
        }
        var type = ""
        var response: Range<Int>?
        var item: Range<Int>?
        var hasError = false
        do {
            try JSONScanner.members(of: data) { key, value in
                if JSONScanner.matches(key: key, of: data, "type" as StaticString) {
                    type = JSONScanner.string(at: value, of: data) ?? ""
                } else if JSONScanner.matches(key: key, of: data, "response" as StaticString) {
                    response = value
                } else if JSONScanner.matches(key: key, of: data, "item" as StaticString) {
                    item = value
                } else if JSONScanner.matches(key: key, of: data, "error" as StaticString) {
                    hasError = JSONValueShape(value, of: data) == .filled
                }
            }
        } catch {
            return .malformed
        }
        switch type {
        case "response.completed", "response.incomplete":
            if let response { self.readUsage(response, of: data) }
            self.progress = .ended
            return .content
        case "response.failed":
            if let response { self.readUsage(response, of: data) }
            return Self.failure(data)
        case "error": return Self.failure(data)
        case "response.created", "response.in_progress", "response.queued", "keepalive",
            "response.content_part.added", "response.reasoning_part.added", "response.reasoning_summary_part.added":
            return .preamble
        case "response.output_item.added":
            return item.map { Self.itemSays($0, of: data) } ?? false ? .content : .preamble
        case "": return hasError ? Self.failure(data) : .malformed
        default: return .content
        }
    }

    private mutating func readUsage(_ response: Range<Int>, of data: RawSpan) {
        UsageReader.eachMember(of: response, data) { key, value in
            if key("usage"), !JSONScanner.isNull(at: value, of: data) { self.reader.readOpenAI(value, of: data) }
        }
    }

    /// A message or a reasoning item begins empty; anything else, such as a call, is content at once.
    private static func itemSays(_ item: Range<Int>, of data: RawSpan) -> Bool {
        var says = true
        UsageReader.eachMember(of: item, data) { key, value in
            guard key("type") else { return }
            let type = JSONScanner.string(at: value, of: data)
            says = type != "message" && type != "reasoning"
        }
        return says
    }
}
