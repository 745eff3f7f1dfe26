/// The character classes of HTTP.
extension UInt8 {
    @inline(__always) static var tab: UInt8 { 0x09 }
    @inline(__always) static var lineFeed: UInt8 { 0x0A }
    @inline(__always) static var carriageReturn: UInt8 { 0x0D }
    @inline(__always) static var space: UInt8 { 0x20 }
    @inline(__always) static var colon: UInt8 { 0x3A }
    @inline(__always) static var comma: UInt8 { 0x2C }

    /// Space or tab.
    @inline(__always) var isBlank: Bool { self == .space || self == .tab }

    /// A control character: below space, or DEL.
    @inline(__always) var isControl: Bool { self < 0x20 || self == 0x7F }

    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always) var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }

    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// ASCII letters in lower case, everything else as it is.
    @inline(__always) var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// A character of a token: letters, digits and ``!#$%&'*+-.^_`|~``.
    ///
    /// Source: [RFC 9110, section 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
    @inline(__always) var isToken: Bool {
        // One bit for each ASCII character, first those below 64.
        let bits: UInt64 = self & 0x40 == 0 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return self < 0x80 && bits &>> (UInt64(self) & 63) & 1 == 1
    }

    /// A visible ASCII character other than `#`: a target never carries its fragment.
    ///
    /// Source: [RFC 9112, section 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2).
    @inline(__always) var isAllowedInTarget: Bool { self > 0x20 && self < 0x7F && self != 0x23 }
}
