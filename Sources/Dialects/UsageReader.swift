import GenerationModel
import JSON

/// Reads a provider's token counts into ``TokenUsage``; `dialects.md` §6.
struct UsageReader: Sendable {
    /// Anthropic's counts exclude what the cache read and wrote, and come in pieces; they are added up at the end.
    private var uncachedInput: Int?
    private(set) var usage = TokenUsage()

    /// Reads a `usage` object of Chat Completions, Responses and what resembles them.
    mutating func readOpenAI(_ range: Range<Int>, of bytes: RawSpan) {
        var read = TokenUsage()
        var total: Int?
        Self.eachMember(of: range, bytes) { key, value in
            if key("prompt_tokens") || key("input_tokens") {
                read.input = JSONScanner.integer(at: value, of: bytes)
            } else if key("completion_tokens") || key("output_tokens") {
                read.output = JSONScanner.integer(at: value, of: bytes)
            } else if key("total_tokens") {
                total = JSONScanner.integer(at: value, of: bytes)
            } else if key("prompt_cache_hit_tokens") || key("num_cached_tokens") {
                read.cachedRead = JSONScanner.integer(at: value, of: bytes)
            } else if key("prompt_tokens_details") || key("input_tokens_details") {
                Self.eachMember(of: value, bytes) { key, value in
                    if key("cached_tokens") { read.cachedRead = JSONScanner.integer(at: value, of: bytes) }
                    if key("cache_write_tokens") { read.cachedWrite = JSONScanner.integer(at: value, of: bytes) }
                }
            } else if key("completion_tokens_details") || key("output_tokens_details") {
                Self.eachMember(of: value, bytes) { key, value in
                    if key("reasoning_tokens") { read.reasoning = JSONScanner.integer(at: value, of: bytes) }
                }
            }
        }
        // xAI and Gemini's compatible endpoint leave reasoning out of the completion; the total gives it away.
        if let input = read.input, let output = read.output, let reasoning = read.reasoning, reasoning > 0,
            let total, total == input &+ output &+ reasoning
        {
            read.output = output &+ reasoning
        }
        self.usage.update(with: read)
    }

    /// Reads a `usage` object of Anthropic; later values replace earlier ones.
    mutating func readAnthropic(_ range: Range<Int>, of bytes: RawSpan) {
        var read = TokenUsage()
        var uncached: Int?
        Self.eachMember(of: range, bytes) { key, value in
            if key("input_tokens") {
                uncached = JSONScanner.integer(at: value, of: bytes)
            } else if key("output_tokens") {
                read.output = JSONScanner.integer(at: value, of: bytes)
            } else if key("cache_read_input_tokens") {
                read.cachedRead = JSONScanner.integer(at: value, of: bytes)
            } else if key("cache_creation_input_tokens") {
                read.cachedWrite = JSONScanner.integer(at: value, of: bytes)
            } else if key("output_tokens_details") {
                Self.eachMember(of: value, bytes) { key, value in
                    if key("thinking_tokens") { read.reasoning = JSONScanner.integer(at: value, of: bytes) }
                }
            }
        }
        self.uncachedInput = uncached ?? self.uncachedInput
        self.usage.update(with: read)
        if let uncached = self.uncachedInput {
            self.usage.input = uncached &+ (self.usage.cachedRead ?? 0) &+ (self.usage.cachedWrite ?? 0)
        }
    }

    /// Reads a `usageMetadata` object of Gemini.
    mutating func readGemini(_ range: Range<Int>, of bytes: RawSpan) {
        var prompt: Int?
        var toolPrompt: Int?
        var candidates: Int?
        var read = TokenUsage()
        Self.eachMember(of: range, bytes) { key, value in
            if key("promptTokenCount") {
                prompt = JSONScanner.integer(at: value, of: bytes)
            } else if key("toolUsePromptTokenCount") {
                toolPrompt = JSONScanner.integer(at: value, of: bytes)
            } else if key("candidatesTokenCount") {
                candidates = JSONScanner.integer(at: value, of: bytes)
            } else if key("thoughtsTokenCount") {
                read.reasoning = JSONScanner.integer(at: value, of: bytes)
            } else if key("cachedContentTokenCount") {
                read.cachedRead = JSONScanner.integer(at: value, of: bytes)
            }
        }
        if let prompt { read.input = prompt &+ (toolPrompt ?? 0) }
        if candidates != nil || read.reasoning != nil { read.output = (candidates ?? 0) &+ (read.reasoning ?? 0) }
        self.usage.update(with: read)
    }

    /// Visits the members of an object; anything else has none.
    static func eachMember(
        of range: Range<Int>,
        _ bytes: RawSpan,
        _ visit: (_ key: (StaticString) -> Bool, _ value: Range<Int>) -> Void
    ) {
        try? JSONScanner.members(in: range, of: bytes) { key, value in
            visit({ JSONScanner.matches(key: key, of: bytes, $0) }, value)
        }
    }
}
