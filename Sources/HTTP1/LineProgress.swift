/// Where the reading of a head stands: the line that comes next, and how far its line feed has been sought.
///
/// A line is read at once when its first bytes arrive. If it turns out to be incomplete, only new bytes are searched,
/// and the line is read again when its line feed is there: a head that dribbles in costs O(n) in all.
/// No line is judged before its line feed has arrived (or cannot any more), so the verdict on a prefix of
/// a message does not depend on how that prefix was cut.
struct LineProgress {
    private(set) var start = 0
    private var searched = 0

    /// Whether it makes sense to read the line now.
    @inline(__always)
    mutating func isReady(_ window: ByteWindow) -> Bool {
        searched <= start || searchOn(window)
    }

    private mutating func searchOn(_ window: ByteWindow) -> Bool {
        if window.isAtLimit || window.containsLineFeed(from: searched) {
            searched = start
            return true
        }
        searched = max(searched, window.end)
        return false
    }

    /// The line has been read, and the next one begins at `next`.
    @inline(__always)
    mutating func advance(to next: Int) {
        start = next
        searched = next
    }

    /// The line runs to the end of the window.
    ///
    /// - Throws: ``HTTPSyntaxError/headTooLarge`` if no more bytes are allowed.
    mutating func waitForMore(_ window: ByteWindow) throws(HTTPSyntaxError) {
        if window.isAtLimit { throw .headTooLarge }
        searched = max(start, window.end)
    }

    /// A fault was found in the line: throws it if the line is whole, else waits for the rest.
    mutating func judge(_ error: HTTPSyntaxError, _ window: ByteWindow) throws(HTTPSyntaxError) {
        if window.isAtLimit || window.containsLineFeed(from: start) { throw error }
        searched = max(start, window.end)
    }
}
