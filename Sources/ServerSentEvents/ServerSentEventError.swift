/// Why an event stream cannot be read on.
public enum ServerSentEventError: Error, Hashable, Sendable {
    /// One event is longer than the limit given, in bytes of the stream.
    case eventTooLarge(limit: Int)
}

extension ServerSentEventError: CustomStringConvertible {
    /// One clause for a person; holds nothing of the stream.
    public var description: String {
        switch self {
        case .eventTooLarge(let limit): "an event is longer than \(limit) bytes"
        }
    }
}
