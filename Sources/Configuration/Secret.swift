/// A key or another text that must not appear in logs, errors or descriptions.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself.
    ///
    /// Read it only where it goes to its owner.
    public let value: String

    /// Wraps a text.
    public init(_ value: String) { self.value = value }

    /// Whether there is no text.
    public var isEmpty: Bool { self.value.isEmpty }

    /// Enough of the text to tell two keys apart, never enough to use one.
    ///
    /// Texts of fewer than 12 characters show nothing.
    public var masked: String {
        guard self.value.count >= 12 else { return self.value.isEmpty ? "" : "••••" }
        return "\(self.value.prefix(3))…\(self.value.suffix(4))"
    }

    /// The masked text.
    public var description: String { self.masked }

    /// The masked text.
    public var debugDescription: String { self.masked }

    /// Keeps `dump` and debuggers from printing the text.
    public var customMirror: Mirror { Mirror(reflecting: self.masked) }
}
