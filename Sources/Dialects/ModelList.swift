public import GenerationModel
import JSON

/// A model that the gateway offers.
public struct OfferedModel: Sendable, Hashable {
    /// The name clients use.
    public var name: String
    /// Who serves it: the channel's name, or the gateway's for `auto`.
    public var owner: String

    /// Makes an offer.
    public init(name: String, owner: String) {
        self.name = name
        self.owner = owner
    }

    /// Writes the list in a dialect's form.
    ///
    /// - Parameters:
    ///   - models: The models, in order.
    ///   - dialect: Whose form.
    ///   - created: What the dialects that want a date get, in seconds since 1970-01-01 UTC.
    /// - Returns: The JSON body.
    public static func list(_ models: [OfferedModel], dialect: Dialect, created: Int64) -> [UInt8] {
        let entries = models.map { JSONValue.object($0.object(dialect, created: created)) }
        switch dialect {
        case .openAIChat, .openAIResponses:
            return JSONValue.object(["object": "list", "data": .array(entries)]).bytes
        case .anthropicMessages:
            return JSONValue.object([
                "data": .array(entries),
                "has_more": false,
                "first_id": models.first.map { .string($0.name) } ?? .null,
                "last_id": models.last.map { .string($0.name) } ?? .null,
            ]).bytes
        case .gemini: return JSONValue.object(["models": .array(entries)]).bytes
        }
    }

    /// Writes one model in a dialect's form.
    public func bytes(dialect: Dialect, created: Int64) -> [UInt8] {
        JSONValue.object(self.object(dialect, created: created)).bytes
    }

    private func object(_ dialect: Dialect, created: Int64) -> JSONObject {
        switch dialect {
        case .openAIChat, .openAIResponses:
            [
                "id": .string(self.name), "object": "model", "created": .number(JSONNumber(created)),
                "owned_by": .string(self.owner),
            ]
        case .anthropicMessages:
            [
                "type": "model", "id": .string(self.name), "display_name": .string(self.name),
                "created_at": .string(Timestamp.iso8601(seconds: created)),
            ]
        case .gemini:
            [
                "name": .string("models/\(self.name)"), "version": "1", "displayName": .string(self.name),
                "description": .string("Served by \(self.owner)"),
                "supportedGenerationMethods": ["generateContent", "streamGenerateContent", "countTokens"],
            ]
        }
    }
}

/// Dates as text without Foundation.
public enum Timestamp {
    /// `2026-11-22T10:00:00Z`.
    ///
    /// Source of the calendar arithmetic: the proleptic Gregorian calendar in eras of 400 years (146,097 days).
    public static func iso8601(seconds: Int64) -> String {
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(time)Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
