import JSON

/// Anthropic Messages.
extension StreamWatcher {
    private struct MessageEvent {
        var type: Range<Int>?
        var usage: Range<Int>?
        var message: Range<Int>?
        var delta: Range<Int>?
        var block: Range<Int>?
    }

    mutating func hearMessages(_ data: RawSpan) -> Meaning {
        var event = MessageEvent()
        do {
            try JSONScanner.members(of: data) { key, value in
                if JSONScanner.matches(key: key, of: data, "type" as StaticString) {
                    event.type = value
                } else if JSONScanner.matches(key: key, of: data, "delta" as StaticString) {
                    event.delta = value
                } else if JSONScanner.matches(key: key, of: data, "usage" as StaticString) {
                    event.usage = value
                } else if JSONScanner.matches(key: key, of: data, "message" as StaticString) {
                    event.message = value
                } else if JSONScanner.matches(key: key, of: data, "content_block" as StaticString) {
                    event.block = value
                }
            }
        } catch {
            return .malformed
        }
        guard let typeRange = event.type else { return .malformed }
        let type = data.extracting(typeRange)
        if type.isWord("\"content_block_delta\"") {
            return event.delta.map { Self.says($0, of: data) } ?? false ? .content : .preamble
        }
        return self.hear(rareType: type, event, data)
    }

    private mutating func hear(rareType type: RawSpan, _ event: MessageEvent, _ data: RawSpan) -> Meaning {
        if type.isWord("\"message_start\"") {
            if let message = event.message {
                UsageReader.eachMember(of: message, data) { key, value in
                    if key("usage") { self.reader.readAnthropic(value, of: data) }
                }
            }
            return .preamble
        }
        if type.isWord("\"content_block_start\"") {
            return event.block.map { Self.says($0, of: data) } ?? false ? .content : .preamble
        }
        if type.isWord("\"message_delta\"") { return self.hearMessageDelta(event, data) }
        if type.isWord("\"message_stop\"") {
            self.progress = .ended
            return .preamble
        }
        return type.isWord("\"error\"") ? Self.failure(data) : .preamble
    }

    private mutating func hearMessageDelta(_ event: MessageEvent, _ data: RawSpan) -> Meaning {
        if let usage = event.usage { self.reader.readAnthropic(usage, of: data) }
        var isFinished = false
        if let delta = event.delta {
            UsageReader.eachMember(of: delta, data) { key, value in
                if key("stop_reason") { isFinished = JSONValueShape(value, of: data) == .filled }
            }
        }
        guard isFinished else { return .preamble }
        self.progress = max(self.progress, .finished)
        return .content
    }

    /// A tool call begins with its name; text and thinking begin empty and are content with their first character.
    private static func says(_ part: Range<Int>, of data: RawSpan) -> Bool {
        var says = false
        UsageReader.eachMember(of: part, data) { key, value in
            guard !says, !key("type"), !key("input"), !key("citations") else { return }
            says = JSONValueShape(value, of: data) == .filled
        }
        return says
    }
}
