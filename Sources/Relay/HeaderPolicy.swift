public import HTTP1

/// Which header fields pass through the gateway.
///
/// Everything passes but what belongs to one connection, to the gateway, or to somebody's identity. A client's own key
/// never reaches a provider, and a provider's cookies never reach a client.
public enum HeaderPolicy {
    /// Whether a client's field goes on to the provider.
    ///
    /// - Parameters:
    ///   - field: What the parser recognised.
    ///   - name: The field's name as it was written.
    /// - Returns: Whether it passes.
    public static func passesToProvider(_ field: KnownField, name: RawSpan) -> Bool {
        if field.isHopByHop { return false }
        switch field {
        case .host, .contentLength, .transferEncoding, .contentEncoding, .expect: return false
        case .authorization, .xApiKey, .xGoogApiKey, .apiKey, .cookie: return false
        case .acceptEncoding, .origin, .referer, .accessControl, .secFetch: return false
        case .via, .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto, .xRealIP: return false
        case .xApiSwitch: return false
        case .other: return !Self.names(name, anyOf: Self.accountNames)
        default: return true
        }
    }

    /// Whether a provider's field goes on to the client.
    public static func passesToClient(_ field: KnownField, name: RawSpan) -> Bool {
        if field.isHopByHop { return false }
        switch field {
        case .contentLength, .transferEncoding, .setCookie, .accessControl, .xApiSwitch, .requestID: return false
        case .other: return !Self.names(name, anyOf: Self.siteNames)
        default: return true
        }
    }

    /// Fields that say which account of a provider a client means; the channel's account is another one.
    private static let accountNames: [StaticString] = [
        "openai-organization", "openai-project", "chatgpt-account-id", "x-goog-user-project",
    ]

    /// Fields that speak of the provider's site; they would be taken for the gateway's.
    private static let siteNames: [StaticString] = ["alt-svc", "strict-transport-security", "nel", "report-to"]

    private static func names(_ name: RawSpan, anyOf words: [StaticString]) -> Bool {
        words.contains { word in
            guard name.byteCount == word.utf8CodeUnitCount else { return false }
            for index in 0..<name.byteCount {
                let byte = name.unsafeLoad(fromByteOffset: index, as: UInt8.self)
                guard byte | (byte >= 0x41 && byte <= 0x5A ? 0x20 : 0) == word.utf8Start[index] else { return false }
            }
            return true
        }
    }
}
