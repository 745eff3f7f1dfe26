import Configuration
import Yams

extension DocumentReader {
    /// A scalar with its environment variables put in.
    struct Text {
        let node: Node
        let path: String
        let text: String
        /// Whether a problem may show the text.
        let isShown: Bool

        /// `, not 'x'`, where the text may be shown.
        var mention: String {
            let isShort = self.text.utf8.count <= 80 && !FieldRules.hasControl(self.text)
            return self.isShown && isShort ? ", not '\(self.text)'" : ""
        }
    }

    /// The text of a scalar, spelled as in the file; `nil` when it is something else or cannot be expanded.
    ///
    /// A secret is kept out of problems.
    mutating func text(_ node: Node, _ path: String, isSecret: Bool = false) -> Text? {
        guard case .scalar(let scalar) = node else {
            self.fail(node, path, "must be text, not \(Self.word(for: node))")
            return nil
        }
        do throws(EnvironmentExpansion.Failure) {
            let expansion = try EnvironmentExpansion(scalar.string, environment: self.environment)
            let isShown = !isSecret && !expansion.isExpanded
            return Text(node: node, path: path, text: expansion.text, isShown: isShown)
        } catch {
            self.fail(node, path, error.message)
            return nil
        }
    }

    /// The text of a member; `nil` when it is missing, null or not text.
    mutating func optionalText(_ fields: Fields, _ key: String, isSecret: Bool = false) -> Text? {
        guard let node = fields[key], !Self.isNull(node) else { return nil }
        return self.text(node, fields.path(to: key), isSecret: isSecret)
    }

    /// The text of a member that must be there and obey a rule.
    mutating func requiredText(_ fields: Fields, _ key: String, rule: (String) -> String?) -> String? {
        guard let node = fields[key] else {
            self.fail(at: fields.mark, fields.path, "'\(key)' is missing")
            return nil
        }
        return self.text(node, fields.path(to: key)).flatMap { self.checked($0, rule) }
    }

    /// The text, when it obeys a rule.
    mutating func checked(_ text: Text, _ rule: (String) -> String?) -> String? {
        guard let expected = rule(text.text) else { return text.text }
        self.fail(text.node, text.path, "must be \(expected)\(text.mention)")
        return nil
    }

    /// One of a set of words.
    mutating func word<Value>(_ text: Text, words: [String], _ read: (String) -> Value?) -> Value? {
        if let value = read(text.text) { return value }
        let suggestion = text.isShown ? NearMiss.suggestion(for: text.text, among: words) ?? "" : ""
        let list = words.joined(separator: ", ")
        self.fail(text.node, text.path, "must be one of \(list)\(text.mention)\(suggestion)")
        return nil
    }

    /// A switch: `true` and `false`, also as YAML 1.1 spells them (yaml.org/type/bool.html).
    mutating func flag(_ fields: Fields, _ key: String) -> Bool? {
        guard let text = self.optionalText(fields, key) else { return nil }
        if let value = Self.boolean(text.text) { return value }
        self.fail(text.node, text.path, "must be true or false\(text.mention)")
        return nil
    }

    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// A number of seconds, to the millisecond; null is the default.
    mutating func seconds(
        _ fields: Fields,
        _ key: String,
        in range: ClosedRange<Duration>
    ) -> ConfigurationDocument.Stated<Duration>? {
        guard let node = fields[key] else { return nil }
        if Self.isNull(node) { return .standard }
        guard let text = self.text(node, fields.path(to: key)) else { return nil }
        if let duration = Self.duration(text.text), FieldRules.timeout(duration, in: range) == nil {
            return .value(duration)
        }
        let expected = FieldRules.timeout(.zero, in: range) ?? ""
        self.fail(node, text.path, "must be \(expected)\(text.mention)")
        return nil
    }

    /// `12` or `2.5`: digits, at most three of them behind a point.
    static func duration(_ text: String) -> Duration? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy {
            !$0.isEmpty && $0.utf8.count <= 9 && $0.utf8.allSatisfy { (48...57).contains($0) }
        }
        guard isNumber, let whole = Int64(parts[0]) else { return nil }
        guard parts.count == 2 else { return .seconds(whole) }
        let padded = parts[1] + String(repeating: "0", count: max(0, 3 - parts[1].count))
        guard padded.count == 3, let thousandths = Int64(padded) else { return nil }
        return .milliseconds(whole * 1000 + thousandths)
    }

    /// A text with a default: null is the default, everything else must obey a rule.
    mutating func statedText(
        _ fields: Fields,
        _ key: String,
        rule: (String) -> String?
    ) -> ConfigurationDocument.Stated<String>? {
        guard let node = fields[key] else { return nil }
        if Self.isNull(node) { return .standard }
        return self.text(node, fields.path(to: key)).flatMap { self.checked($0, rule) }.map { .value($0) }
    }
}
