import Configuration
import Dialects
import Routing

/// What the journal keeps, and what it must not.
extension Exchange {
    mutating func closeAttempt(_ outcome: String, _ detail: String?, status: Int? = nil, at now: MonotonicInstant) {
        guard let attempt = self.attempt else { return }
        self.record.attempts.append(
            AttemptRecord(
                channelID: attempt.target.channel.id,
                channelName: attempt.target.channel.name,
                entryID: attempt.target.entry.id,
                model: attempt.target.entry.model,
                startMicroseconds: self.microseconds(until: attempt.startedAt),
                durationMicroseconds: (now - attempt.startedAt).wholeNanoseconds / 1000,
                status: status ?? (self.phase == .head || self.phase == .paused ? nil : self.head.status),
                outcome: outcome,
                detail: detail.map { self.scrubbed($0) }
            )
        )
    }

    mutating func finish(_ ending: RequestRecord.Ending, status: Int, error: String?, at now: MonotonicInstant) {
        self.phase = .over
        self.record.ending = ending
        self.record.status = status
        self.record.error = error.map { self.scrubbed($0) }
        self.record.totalMicroseconds = self.microseconds(until: now)
    }

    func microseconds(until now: MonotonicInstant) -> Int64 { (now - self.arrival).wholeNanoseconds / 1000 }

    /// Shorter texts are not looked for: they would be found everywhere.
    private static let shortestSecret = 8

    /// The keys of the channels this request has touched; providers are known to repeat them in errors.
    private var keys: [String] {
        let tried = self.failures.map(\.attempt.target.channel) + [self.attempt?.target.channel].compactMap(\.self)
        return tried.flatMap { [$0.apiKey.value] + $0.headers.map(\.value.value) }.filter {
            $0.utf8.count >= Self.shortestSecret
        }
    }

    func scrubbed(_ text: String) -> String {
        var text = text
        for key in self.keys {
            if text.containsText(key) { text = Self.replacing(key, in: text) }
            text = Self.dropping(beginningOf: key, from: text)
        }
        return text
    }

    /// Long texts are cut, and the cut may go through a key.
    private static func dropping(beginningOf key: String, from text: String) -> String {
        var beginning = key.utf8.dropLast()
        while beginning.count >= Self.shortestSecret {
            if text.utf8.suffix(beginning.count).elementsEqual(beginning) {
                return String(decoding: text.utf8.dropLast(beginning.count), as: UTF8.self) + "[key]"
            }
            beginning = beginning.dropLast()
        }
        return text
    }

    func holdsKey(_ body: [UInt8]) -> Bool {
        let text = String(decoding: body, as: UTF8.self)
        return self.keys.contains { text.containsText($0) }
    }

    private static func replacing(_ needle: String, in text: String) -> String {
        let pin = Array(needle.utf8)
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: pin) {
                bytes += Array("[key]".utf8)
                rest = rest.dropFirst(pin.count)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
