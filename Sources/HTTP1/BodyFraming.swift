/// How the end of a message body is found.
///
/// Source: [RFC 9112, section 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
public enum BodyFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// The body has this many bytes.
    case length(Int)
    /// The body comes in chunks.
    case chunked
    /// The body ends with the connection; responses only.
    case untilClose
}
