/// What the relay must know of the head of a provider's answer.
public struct ProviderHead: Sendable, Hashable {
    /// What the body claims to be.
    public enum ContentForm: Sendable, Hashable {
        /// JSON.
        case json
        /// Server-sent events.
        case events
        /// A page.
        case html
        /// Nothing was said.
        case unknown
        /// Something else: sound, pictures, plain text.
        case other
    }

    /// The HTTP status.
    public var status: Int
    /// What the body claims to be.
    public var form: ContentForm
    /// The content type as it came; read only when an error is passed on.
    public var contentType: String?
    /// When the provider says to come back.
    public var retryAfter: Duration?

    /// Makes a head.
    public init(status: Int, form: ContentForm, contentType: String? = nil, retryAfter: Duration? = nil) {
        self.status = status
        self.form = form
        self.contentType = contentType
        self.retryAfter = retryAfter
    }
}

extension ProviderHead.ContentForm {
    /// Reads the value of a `Content-Type` without making a string.
    public init(fieldValue bytes: RawSpan) {
        if bytes.beginsIgnoringCase(with: "application/json") {
            self = .json
        } else if bytes.beginsIgnoringCase(with: "text/event-stream") {
            self = .events
        } else if bytes.beginsIgnoringCase(with: "text/html") || bytes.beginsIgnoringCase(with: "application/xhtml") {
            self = .html
        } else {
            let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            let essence = text.prefix { $0 != ";" }.lowercased()
            self = essence.isEmpty ? .unknown : essence.hasSuffix("+json") ? .json : .other
        }
    }
}

extension RawSpan {
    fileprivate func beginsIgnoringCase(with word: StaticString) -> Bool {
        guard self.byteCount >= word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            let byte = self.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            guard folded == word.utf8Start[index] else { return false }
        }
        return true
    }
}
