/// The first line of a response.
///
/// Source: [RFC 9112, section 4](https://www.rfc-editor.org/rfc/rfc9112#section-4).
struct StatusLine {
    let minorVersion: Int
    let status: Int
    let reason: Range<Int>
    /// Where the next line begins.
    let next: Int

    /// Reads the line at the window's beginning; `nil` if it is not complete.
    ///
    /// The space behind the status may be missing if the reason is: servers forget it, and nothing hangs on it.
    @inline(__always)
    init?(_ window: ByteWindow) throws(HTTPSyntaxError) {
        guard window.end >= 14 else {  // Fewer bytes than the shortest line.
            if window.containsLineFeed(from: 0) { throw Self.fault(window) }
            return nil
        }
        guard let minor = HTTPVersion.minor(window, at: 0), window[8] == .space,
            let status = Self.status(window), window[12] == .space || window[12] == .carriageReturn
        else { throw Self.fault(window) }

        let lineEnd = window[12] == .space ? Self.reasonEnd(window) : 12
        guard lineEnd &+ 1 < window.end else {
            if lineEnd < window.end, window[lineEnd] == .lineFeed { throw .bareLineFeed }
            return nil
        }
        guard window[lineEnd] == .carriageReturn, window[lineEnd &+ 1] == .lineFeed else {
            throw Self.endFault(window[lineEnd])
        }
        minorVersion = minor
        self.status = status
        let reasonStart = min(13, lineEnd)
        reason = Range(uncheckedBounds: (reasonStart, lineEnd))
        next = lineEnd &+ 2
    }

    /// Three digits, the first of them not zero.
    @inline(__always)
    private static func status(_ window: ByteWindow) -> Int? {
        let (first, second, third) = (window[9], window[10], window[11])
        guard first.isDigit, second.isDigit, third.isDigit, first != 0x30 else { return nil }
        return Int(first &- 0x30) &* 100 &+ Int(second &- 0x30) &* 10 &+ Int(third &- 0x30)
    }

    /// The first control character behind the status that is not a tab.
    @inline(__always)
    private static func reasonEnd(_ window: ByteWindow) -> Int {
        var index = window.firstControl(from: 13)
        while index < window.end, window[index] == .tab { index = window.firstControl(from: index &+ 1) }
        return index
    }

    private static func endFault(_ byte: UInt8) -> HTTPSyntaxError {
        switch byte {
        case .carriageReturn: .bareCarriageReturn
        case .lineFeed: .bareLineFeed
        default: .invalidFieldValue
        }
    }

    /// Names the fault of a line whose version or status is wrong, by its bytes up to its line feed alone.
    private static func fault(_ window: ByteWindow) -> HTTPSyntaxError {
        let lineFeed = window.lineFeed(from: 0)
        guard lineFeed < window.end, lineFeed > 0, window[lineFeed - 1] == .carriageReturn else {
            return lineFeed < window.end ? .bareLineFeed : .malformedStatusLine
        }
        for index in 0..<lineFeed - 1 where window[index] == .carriageReturn { return .bareCarriageReturn }
        let isOtherVersion =
            lineFeed > 9 && HTTPVersion.isWellFormed(window, at: 0) && window[8] == .space
            && HTTPVersion.minor(window, at: 0) == nil
        return isOtherVersion ? .unsupportedVersion : .malformedStatusLine
    }
}
