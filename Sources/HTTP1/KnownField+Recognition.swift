/// A field name while it is compared with the known ones.
struct FieldName {
    let window: ByteWindow
    let range: Range<Int>

    /// Which field this is.
    ///
    /// A name that equals a known one is a token; only the others need a look at each byte.
    ///
    /// - Throws: ``HTTPSyntaxError/invalidFieldName``.
    @inline(__always)
    func recognise() throws(HTTPSyntaxError) -> KnownField {
        if let known = exactMatch() { return known }
        guard window.isToken(range) else { throw .invalidFieldName }
        return family()
    }

    /// Which known field this is; the name may still hold illegal characters if the answer is `nil`.
    @inline(__always)
    private func exactMatch() -> KnownField? {
        switch range.count {
        case 2...6: shortMatch()
        case 7...10: mediumMatch()
        case 11...14: longMatch()
        case 15...19: longestMatch()
        default: nil
        }
    }

    /// The family a token belongs to by its beginning, or ``KnownField/other``.
    @inline(__always)
    private func family() -> KnownField {
        guard range.count >= 4 else { return .other }
        switch window[range.lowerBound] | 0x20 {
        case 0x61:  // a
            if begins("access-control-") { return .accessControl }
            return begins("anthropic-ratelimit-") ? .rateLimit : .other
        case 0x72: return begins("ratelimit-") ? .rateLimit : .other
        case 0x73: return begins("sec-") ? .secFetch : .other
        case 0x78:  // x
            if begins("x-api-switch-") { return .xApiSwitch }
            return begins("x-ratelimit-") ? .rateLimit : .other
        default: return .other
        }
    }

    private func shortMatch() -> KnownField? {
        switch range.count {
        case 2: `is`("te") ? .te : nil
        case 3: `is`("via") ? .via : nil
        case 4: `is`("host") ? .host : `is`("date") ? .date : nil
        case 6:
            switch window[range.lowerBound] | 0x20 {
            case 0x61: `is`("accept") ? .accept : nil
            case 0x63: `is`("cookie") ? .cookie : nil
            case 0x65: `is`("expect") ? .expect : nil
            case 0x6F: `is`("origin") ? .origin : nil
            case 0x73: `is`("server") ? .server : nil
            default: nil
            }
        default: nil
        }
    }

    private func mediumMatch() -> KnownField? {
        switch range.count {
        case 7:
            `is`("upgrade")
                ? .upgrade
                : `is`("api-key")
                    ? .apiKey
                    : `is`("referer") ? .referer : `is`("trailer") ? .trailer : nil
        case 8: `is`("location") ? .location : nil
        case 9: `is`("x-api-key") ? .xApiKey : `is`("x-real-ip") ? .xRealIP : `is`("forwarded") ? .forwarded : nil
        case 10:
            switch window[range.lowerBound] | 0x20 {
            case 0x63: `is`("connection") ? .connection : nil
            case 0x6B: `is`("keep-alive") ? .keepAlive : nil
            case 0x72: `is`("request-id") ? .upstreamRequestID : nil
            case 0x73: `is`("set-cookie") ? .setCookie : nil
            case 0x75: `is`("user-agent") ? .userAgent : nil
            default: nil
            }
        default: nil
        }
    }

    private func longMatch() -> KnownField? {
        switch range.count {
        case 11: `is`("retry-after") ? .retryAfter : nil
        case 12: `is`("content-type") ? .contentType : `is`("x-request-id") ? .requestID : nil
        case 13: `is`("authorization") ? .authorization : `is`("cache-control") ? .cacheControl : nil
        default:
            `is`("content-length")
                ? .contentLength
                : `is`("anthropic-beta")
                    ? .anthropicBeta
                    : `is`("x-goog-api-key") ? .xGoogApiKey : nil
        }
    }

    private func longestMatch() -> KnownField? {
        switch range.count {
        case 15: `is`("accept-encoding") ? .acceptEncoding : `is`("x-forwarded-for") ? .xForwardedFor : nil
        case 16:
            `is`("content-encoding")
                ? .contentEncoding
                : `is`("x-forwarded-host")
                    ? .xForwardedHost
                    : `is`("proxy-connection") ? .proxyConnection : nil
        case 17:
            `is`("transfer-encoding")
                ? .transferEncoding
                : `is`("anthropic-version")
                    ? .anthropicVersion
                    : `is`("x-forwarded-proto") ? .xForwardedProto : nil
        case 18: `is`("proxy-authenticate") ? .proxyAuthenticate : nil
        default: `is`("proxy-authorization") ? .proxyAuthorization : nil
        }
    }
}

extension FieldName {
    /// Whether the name, of the same length, is `text`, which is in lower case.
    @inline(__always)
    private func `is`(_ text: StaticString) -> Bool {
        matches(text, count: range.count)
    }

    /// Whether the name begins with `text`, which is in lower case.
    @inline(__always)
    private func begins(_ text: StaticString) -> Bool {
        range.count >= text.utf8CodeUnitCount && matches(text, count: text.utf8CodeUnitCount)
    }

    /// Compares `count` bytes, which both have: by words that overlap at the end, by bytes if there are fewer than eight.
    @inline(__always)
    private func matches(_ text: StaticString, count: Int) -> Bool {
        let name = window.base + range.lowerBound
        let wanted = UnsafeRawPointer(text.utf8Start)
        guard count >= 8 else { return matchesBytes(name, wanted, count) }
        var offset = 0
        while offset &+ 8 < count {
            guard Self.wordsMatch(name + offset, wanted + offset) else { return false }
            offset &+= 8
        }
        return Self.wordsMatch(name + (count &- 8), wanted + (count &- 8))
    }

    @inline(__always)
    private func matchesBytes(_ name: UnsafeRawPointer, _ wanted: UnsafeRawPointer, _ count: Int) -> Bool {
        for offset in 0..<count {
            let letter = wanted.load(fromByteOffset: offset, as: UInt8.self)
            let fold = (letter & 0x40) >> 1
            guard name.load(fromByteOffset: offset, as: UInt8.self) | fold == letter else { return false }
        }
        return true
    }

    /// Folds case only where a letter is wanted, so that CR (0x0D) is never taken for a hyphen (0x2D).
    @inline(__always)
    private static func wordsMatch(_ name: UnsafeRawPointer, _ wanted: UnsafeRawPointer) -> Bool {
        let letters = wanted.loadUnaligned(as: UInt64.self)
        let fold = (letters & 0x4040_4040_4040_4040) &>> 1
        return name.loadUnaligned(as: UInt64.self) | fold == letters
    }
}
