/// HTTP status codes as the user lists them: `401, 500-599`.
public struct StatusCodeSet: Sendable, Hashable {
    private var ranges: [ClosedRange<Int>]

    /// Reads codes (100–599) and ranges separated by commas; `nil` when the text is anything else.
    ///
    /// An empty text is the empty set.
    public init?(_ text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.code)
            guard let first = ends.first, let last = ends.last, ends.count <= 2,
                let lower = first, let upper = last, lower <= upper
            else { return nil }
            ranges.append(lower...upper)
        }
        self.ranges = ranges
    }

    /// Whether the user listed the code.
    public func contains(_ status: Int) -> Bool { self.ranges.contains { $0.contains(status) } }

    private static func code(_ text: Substring) -> Int? {
        let digits = text.drop { $0 == " " }
        let trimmed = digits.prefix { $0 != " " }
        guard digits.dropFirst(trimmed.count).allSatisfy({ $0 == " " }), let code = Int(trimmed),
            (100...599).contains(code)
        else { return nil }
        return code
    }
}
