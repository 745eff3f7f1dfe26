/// `Retry-After` in its two forms, RFC 9110 §10.2.3.
public enum RetryAfter {
    /// Makes a reader of field values.
    ///
    /// - Parameter now: The wall clock in milliseconds since 1970-01-01 UTC; dates are measured from it.
    /// - Returns: A function that gives the wait a value asks for, zero when its date has passed, `nil` when it is neither a
    ///   number of seconds nor a date.
    public static func duration(now: Int64) -> @Sendable (String) -> Duration? {
        { text in
            if let seconds = Double(text), seconds.isFinite {
                return .seconds(min(max(seconds, 0), 86_400 * 365))
            }
            return Self.seconds(date: text).map { .milliseconds(max(0, $0 * 1000 - now)) }
        }
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` as seconds since 1970-01-01 UTC.
    static func seconds(date text: String) -> Int64? {
        let parts = text.lowercased().split { $0 == " " || $0 == "," || $0 == ":" }
        guard parts.count == 8, parts[7] == "gmt", let day = Int64(parts[1]),
            let month = Self.months.firstIndex(of: String(parts[2])),
            let year = Int64(parts[3]), let hour = Int64(parts[4]), let minute = Int64(parts[5]),
            let second = Int64(parts[6]),
            (1...31).contains(day), (1970...9999).contains(year), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second)
        else { return nil }
        return Self.days(year: year, month: Int64(month) + 1, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counted in eras of 400 years that begin in March.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
