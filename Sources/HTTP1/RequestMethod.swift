/// The methods a server tells apart; methods are case-sensitive.
///
/// Source: [RFC 9110, section 9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1).
public enum RequestMethod: UInt8, Hashable, Sendable, CaseIterable {
    /// GET
    case get
    /// HEAD
    case head
    /// POST
    case post
    /// PUT
    case put
    /// DELETE
    case delete
    /// CONNECT
    case connect
    /// OPTIONS
    case options
    /// TRACE
    case trace
    /// PATCH ([RFC 5789](https://www.rfc-editor.org/rfc/rfc5789))
    case patch
    /// Any other token; its spelling is in ``RequestHeadParser/methodRange``.
    case other
}

extension RequestMethod {
    /// Recognises the bytes of a method; case matters.
    @inline(__always)
    static func recognise(_ window: ByteWindow, _ range: Range<Int>) -> RequestMethod {
        func `is`(_ word: StaticString) -> Bool { window.equals(word, at: range.lowerBound) }
        switch range.count {
        case 3: return `is`("GET") ? .get : `is`("PUT") ? .put : .other
        case 4: return `is`("POST") ? .post : `is`("HEAD") ? .head : .other
        case 5: return `is`("PATCH") ? .patch : `is`("TRACE") ? .trace : .other
        case 6: return `is`("DELETE") ? .delete : .other
        case 7: return `is`("OPTIONS") ? .options : `is`("CONNECT") ? .connect : .other
        default: return .other
        }
    }
}
