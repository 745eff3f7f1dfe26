/// Tokens that a provider counted for one answer.
///
/// `nil` says that the provider did not tell, which is not the same as zero.
public struct TokenUsage: Sendable, Hashable {
    /// Tokens of the prompt, those read from and written to a cache included.
    public var input: Int?
    /// Tokens of the answer, those spent on reasoning included.
    public var output: Int?
    /// Part of ``input`` that was read from a prompt cache.
    public var cachedRead: Int?
    /// Part of ``input`` that was written to a prompt cache.
    public var cachedWrite: Int?
    /// Part of ``output`` that was spent on reasoning.
    public var reasoning: Int?

    /// Makes a usage; what is left out was not told.
    public init(
        input: Int? = nil,
        output: Int? = nil,
        cachedRead: Int? = nil,
        cachedWrite: Int? = nil,
        reasoning: Int? = nil
    ) {
        self.input = input
        self.output = output
        self.cachedRead = cachedRead
        self.cachedWrite = cachedWrite
        self.reasoning = reasoning
    }

    /// Whether the provider told nothing at all.
    public var isEmpty: Bool { self == TokenUsage() }

    /// Takes over every figure that `later` tells; figures it leaves out stay.
    ///
    /// Providers send running totals in a stream, so a later figure replaces an earlier one and is never added to it.
    public mutating func update(with later: TokenUsage) {
        self.input = later.input ?? self.input
        self.output = later.output ?? self.output
        self.cachedRead = later.cachedRead ?? self.cachedRead
        self.cachedWrite = later.cachedWrite ?? self.cachedWrite
        self.reasoning = later.reasoning ?? self.reasoning
    }
}
