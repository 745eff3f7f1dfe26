import Configuration
import Yams

extension DocumentReader {
    private static let sections = ["channels", "access_keys", "settings", "order"]

    mutating func readRoot(_ root: Node, into document: inout ConfigurationDocument) {
        let expected = "a mapping with channels, access_keys and settings"
        guard let fields = self.fields(of: root, path: "", expected: expected, known: Self.sections) else { return }
        for (key, node) in fields.values where !Self.isNull(node) {
            switch key {
            case "channels": document.channels = self.channels(node)
            case "access_keys": document.accessKeys = self.accessKeys(node)
            case "settings": document.settings = self.settings(node)
            default: document.order = self.order(node)
            }
        }
    }

    // MARK: Access keys

    private static let accessKeyKeys = ["name", "key", "digest", "hint", "enabled"]

    private mutating func accessKeys(_ node: Node) -> [ConfigurationDocument.AccessKeyStatement] {
        var names: [String: Int] = [:]
        var digests: [AccessKey.Digest: Int] = [:]
        var statements: [ConfigurationDocument.AccessKeyStatement] = []
        for item in self.items(of: node, path: "access_keys", expected: "a list of access keys") ?? [] {
            guard let statement = self.accessKey(item.node, item.path) else { continue }
            let line = item.node.mark?.line ?? 0
            if let earlier = names.updateValue(line, forKey: statement.name.lowercased()) {
                self.fail(item.node, item.path, "the name '\(statement.name)' is already used in line \(earlier)")
            }
            if let digest = statement.digest, let earlier = digests.updateValue(line, forKey: digest) {
                self.fail(item.node, item.path, "the same key is already given in line \(earlier)")
            }
            statements.append(statement)
        }
        return statements
    }

    private mutating func accessKey(_ node: Node, _ path: String) -> ConfigurationDocument.AccessKeyStatement? {
        guard let fields = self.fields(of: node, path: path, expected: "a mapping", known: Self.accessKeyKeys) else {
            return nil
        }
        let name = self.requiredText(fields, "name", rule: FieldRules.name)
        let key = self.optionalText(fields, "key", isSecret: true)
        let digest = self.optionalText(fields, "digest", isSecret: true)
        let hint = self.optionalText(fields, "hint", isSecret: true)
        let isEnabled = self.flag(fields, "enabled")
        guard let name else { return nil }
        var statement = ConfigurationDocument.AccessKeyStatement(name: name, isEnabled: isEnabled)
        if let key {
            if digest != nil { self.fail(key.node, path, "give either 'key' or 'digest', not both") }
            guard let value = self.checked(key, Self.accessKeyRule) else { return nil }
            statement.digest = AccessKey.Digest(of: value)
            statement.hint = AccessKey.hint(of: value)
        } else if let digest {
            let rule: (String) -> String? = { AccessKey.Digest(hex: $0) == nil ? "64 hexadecimal digits" : nil }
            guard let hex = self.checked(digest, rule) else { return nil }
            statement.digest = AccessKey.Digest(hex: hex)
            statement.hint = hint.flatMap { self.checked($0, FieldRules.hint) } ?? ""
        } else if let hint {
            self.fail(hint.node, hint.path, "'hint' only goes with 'digest'")
        }
        return statement
    }

    /// Whoever types a key may choose it, but a short one can be guessed from its digest.
    private static func accessKeyRule(_ text: String) -> String? {
        let isHeaderText = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isHeaderText && (8...512).contains(text.utf8.count) ? nil : "8 to 512 visible ASCII characters"
    }

    // MARK: Settings

    private mutating func settings(_ node: Node) -> [ConfigurationDocument.SettingStatement] {
        let known = SettingDescriptor.all.map(\.name)
        guard let fields = self.fields(of: node, path: "settings", expected: "a mapping", known: known) else {
            return []
        }
        return fields.values.compactMap { key, node in
            guard let descriptor = SettingDescriptor.named(key) else { return nil }
            return self.setting(descriptor, node, fields.path(to: key))
        }
    }

    private mutating func setting(
        _ descriptor: SettingDescriptor,
        _ node: Node,
        _ path: String
    ) -> ConfigurationDocument.SettingStatement? {
        guard let given = self.settingText(descriptor, node, path) else { return nil }
        var text = given.text
        if case .flag = descriptor.form, let flag = Self.boolean(text) { text = String(flag) }
        var scratch = GatewaySettings()
        do throws(SettingError) {
            try descriptor.set(text, in: &scratch)
        } catch {
            self.fail(node, path, "must be \(descriptor.expectation)\(given.mention)")
            return nil
        }
        return ConfigurationDocument.SettingStatement(name: descriptor.name, text: descriptor.text(in: scratch))
    }

    /// The text of a setting; null is its default, and a list of status codes is one text.
    private mutating func settingText(_ descriptor: SettingDescriptor, _ node: Node, _ path: String) -> Text? {
        if Self.isNull(node) {
            return Text(node: node, path: path, text: descriptor.text(in: GatewaySettings()), isShown: true)
        }
        guard descriptor.name == "disable_on_codes", case .sequence = node else { return self.text(node, path) }
        let items = self.items(of: node, path: path, expected: "a list") ?? []
        let parts = items.compactMap { self.text($0.node, $0.path) }
        guard parts.count == items.count else { return nil }
        let joined = parts.map(\.text).joined(separator: ",")
        return Text(node: node, path: path, text: joined, isShown: parts.allSatisfy(\.isShown))
    }

    // MARK: Order

    private mutating func order(_ node: Node) -> [ConfigurationDocument.OrderStatement] {
        let items = self.items(of: node, path: "order", expected: "a list of {channel, model}") ?? []
        return items.compactMap { item in
            let known = ["channel", "model"]
            guard let fields = self.fields(of: item.node, path: item.path, expected: "{channel, model}", known: known)
            else { return nil }
            let channel = self.requiredText(fields, "channel", rule: FieldRules.name)
            let model = self.requiredText(fields, "model", rule: FieldRules.name)
            guard let channel, let model else { return nil }
            return ConfigurationDocument.OrderStatement(channel: channel, model: model)
        }
    }
}
