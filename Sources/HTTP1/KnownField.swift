/// The fields the gateway tells apart, recognised while a head is parsed.
///
/// Names have no case ([RFC 9110, section 5.1](https://www.rfc-editor.org/rfc/rfc9110#section-5.1)). There are fewer than 64 cases,
/// so a set of them fits in one word.
public enum KnownField: UInt8, Hashable, Sendable, CaseIterable {
    /// Host
    case host
    /// Content-Length
    case contentLength
    /// Transfer-Encoding
    case transferEncoding
    /// Connection
    case connection
    /// Keep-Alive
    case keepAlive
    /// Proxy-Connection
    case proxyConnection
    /// Proxy-Authenticate
    case proxyAuthenticate
    /// Proxy-Authorization
    case proxyAuthorization
    /// TE
    case te
    /// Trailer
    case trailer
    /// Upgrade
    case upgrade
    /// Expect
    case expect
    /// Content-Type
    case contentType
    /// Content-Encoding
    case contentEncoding
    /// Accept
    case accept
    /// Accept-Encoding
    case acceptEncoding
    /// Authorization
    case authorization
    /// X-Api-Key (Anthropic)
    case xApiKey
    /// X-Goog-Api-Key (Gemini)
    case xGoogApiKey
    /// Api-Key (Azure OpenAI)
    case apiKey
    /// Anthropic-Version
    case anthropicVersion
    /// Anthropic-Beta
    case anthropicBeta
    /// User-Agent
    case userAgent
    /// Retry-After
    case retryAfter
    /// X-Request-ID
    case requestID
    /// Request-ID (Anthropic)
    case upstreamRequestID
    /// Date
    case date
    /// Server
    case server
    /// Set-Cookie
    case setCookie
    /// Cookie
    case cookie
    /// Origin
    case origin
    /// Referer
    case referer
    /// Via
    case via
    /// Forwarded
    case forwarded
    /// X-Forwarded-For
    case xForwardedFor
    /// X-Forwarded-Host
    case xForwardedHost
    /// X-Forwarded-Proto
    case xForwardedProto
    /// X-Real-IP
    case xRealIP
    /// Location
    case location
    /// Cache-Control
    case cacheControl
    /// Any Access-Control-… field
    case accessControl
    /// Any Sec-… field: Fetch metadata, client hints, WebSocket
    case secFetch
    /// Any X-Api-Switch-… field
    case xApiSwitch
    /// Any RateLimit-…, X-RateLimit-… or Anthropic-RateLimit-… field
    case rateLimit
    /// Every other field
    case other
}

extension KnownField {
    /// Whether the field belongs to one connection and is never passed on.
    ///
    /// A field that Connection names is hop-by-hop as well; ask `isNominatedByConnection` of the parser.
    /// Source: [RFC 9110, section 7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1).
    @inlinable public var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization, .te, .trailer,
            .transferEncoding, .upgrade:
            true
        default: false
        }
    }
}
