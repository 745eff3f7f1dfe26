/// The request line.
///
/// Source: [RFC 9112, section 3](https://www.rfc-editor.org/rfc/rfc9112#section-3).
extension RequestHeadParser {
    /// Passes over one empty line before the request line, and refuses a first byte that cannot begin a method.
    ///
    /// Source: [RFC 9112, section 2.2](https://www.rfc-editor.org/rfc/rfc9112#section-2.2).
    @inline(__always)
    mutating func skipEmptyLine(_ window: ByteWindow) throws(HTTPSyntaxError) -> Bool {
        var position = progress.start
        guard position < window.end else { return false }
        if window[position] == .carriageReturn {
            guard position + 1 < window.end else {
                if window.isAtLimit { throw .headTooLarge }
                return false
            }
            guard window[position + 1] == .lineFeed else { throw .bareCarriageReturn }
            position += 2
            guard position < window.end else {
                if window.isAtLimit { throw .headTooLarge }
                return false
            }
        }
        guard window[position].isToken else {
            throw window[position] == .lineFeed ? .bareLineFeed : .invalidMethod
        }
        progress.advance(to: position)
        return true
    }

    /// Reads the request line.
    ///
    /// - Returns: whether it is complete; `progress` then stands behind it.
    @inline(__always)
    mutating func readRequestLine(_ window: ByteWindow) throws(HTTPSyntaxError) -> Bool {
        guard progress.isReady(window) else { return false }
        let next: Int?
        do throws(HTTPSyntaxError) {
            next = try requestLineEnd(window)
        } catch {
            try progress.judge(error, window)
            return false
        }
        guard let next else {
            // A head that is full before its first line ends is full of target.
            if window.isAtLimit { throw .targetTooLong }
            try progress.waitForMore(window)
            return false
        }
        progress.advance(to: next)
        return true
    }

    /// Reads the line and tells where the next one begins, or `nil` if it is not complete.
    @inline(__always)
    private mutating func requestLineEnd(_ window: ByteWindow) throws(HTTPSyntaxError) -> Int? {
        let start = progress.start
        var methodEnd = start
        while methodEnd < window.end, window[methodEnd].isToken { methodEnd &+= 1 }
        guard methodEnd < window.end else { return nil }
        guard window[methodEnd] == .space else { throw Self.fault(window, methodEnd, else: .invalidMethod) }

        let targetStart = methodEnd &+ 1
        let targetEnd = window.firstForbiddenInTarget(from: targetStart)
        guard targetEnd < window.end else { return nil }
        guard window[targetEnd] == .space else { throw Self.fault(window, targetEnd, else: .invalidTarget) }
        guard targetEnd &- targetStart <= limits.maximumTargetBytes else { throw .targetTooLong }

        guard let next = try versionEnd(window, from: targetEnd &+ 1) else { return nil }
        methodRange = Range(uncheckedBounds: (start, methodEnd))
        method = RequestMethod.recognise(window, methodRange)
        target = Range(uncheckedBounds: (targetStart, targetEnd))
        let parts = try RequestTarget(window, target, method)
        targetForm = parts.form
        authority = parts.authority
        pathAndQuery = parts.pathAndQuery
        return next
    }

    /// Names the fault of the byte at `position`: of a line that ends too early (as in HTTP/0.9), else `other`.
    private static func fault(
        _ window: ByteWindow,
        _ position: Int,
        else other: HTTPSyntaxError
    ) -> HTTPSyntaxError {
        switch window[position] {
        case .lineFeed: return .bareLineFeed
        case .carriageReturn:
            let isLineEnd = position + 1 < window.end && window[position + 1] == .lineFeed
            return isLineEnd ? .malformedRequestLine : .bareCarriageReturn
        default: return other
        }
    }

    /// Reads version and line end.
    @inline(__always)
    private mutating func versionEnd(_ window: ByteWindow, from start: Int) throws(HTTPSyntaxError) -> Int? {
        guard start &+ 10 <= window.end, let minor = HTTPVersion.minor(window, at: start),
            window[start &+ 8] == .carriageReturn, window[start &+ 9] == .lineFeed
        else { return try versionFault(window, from: start) }
        minorVersion = minor
        return start &+ 10
    }

    /// Names the fault of what stands in the version's place, or answers `nil` if it is only incomplete.
    private func versionFault(_ window: ByteWindow, from start: Int) throws(HTTPSyntaxError) -> Int? {
        let lineFeed = window.lineFeed(from: start)
        guard lineFeed < window.end else { return nil }
        guard lineFeed > start, window[lineFeed - 1] == .carriageReturn else { throw .bareLineFeed }
        let version = start..<lineFeed - 1
        for index in version where window[index] == .carriageReturn { throw .bareCarriageReturn }
        for index in version where window[index].isBlank { throw .malformedRequestLine }
        guard version.count == 8, HTTPVersion.isWellFormed(window, at: start) else { throw .malformedVersion }
        throw .unsupportedVersion
    }
}

/// The version in a start line; its name is case-sensitive.
///
/// Source: [RFC 9112, section 2.3](https://www.rfc-editor.org/rfc/rfc9112#section-2.3).
enum HTTPVersion {
    /// The minor version if the eight bytes at `index`, which are there, are a supported version.
    @inline(__always)
    static func minor(_ window: ByteWindow, at index: Int) -> Int? {
        switch window.word(at: index) {
        case 0x312E_312F_5054_5448: 1  // HTTP/1.1, first byte lowest
        case 0x302E_312F_5054_5448: 0  // HTTP/1.0
        default: nil
        }
    }

    /// Whether the eight bytes at `index`, which are there, are any version at all.
    static func isWellFormed(_ window: ByteWindow, at index: Int) -> Bool {
        window.equals("HTTP/", at: index) && window[index + 5].isDigit && window[index + 6] == 0x2E
            && window[index + 7].isDigit
    }
}
