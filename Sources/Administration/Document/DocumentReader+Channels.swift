import Configuration
import Yams

extension DocumentReader {
    private static let channelKeys = [
        "name", "type", "base_url", "api_key", "notes", "headers", "proxy", "api_version", "connect_timeout",
        "response_timeout", "enabled", "models",
    ]
    private static let modelKeys = ["model", "name", "kind", "auto", "enabled"]

    mutating func channels(_ node: Node) -> [ConfigurationDocument.ChannelStatement] {
        var lines: [String: Int] = [:]
        var statements: [ConfigurationDocument.ChannelStatement] = []
        for item in self.items(of: node, path: "channels", expected: "a list of channels") ?? [] {
            let expected = "a mapping with name, type and base_url"
            guard
                let fields = self.fields(of: item.node, path: item.path, expected: expected, known: Self.channelKeys)
            else { continue }
            let statement = self.channel(fields)
            if let name = statement?.name ?? self.quietName(fields) {
                let mark = fields["name"]?.mark
                if let earlier = lines[name.lowercased()] {
                    let message =
                        "another channel is named '\(name)' in line \(earlier); names must differ, without case"
                    self.fail(at: mark, fields.path(to: "name"), message)
                } else {
                    lines[name.lowercased()] = mark?.line ?? 0
                }
            }
            if let statement { statements.append(statement) }
        }
        return statements
    }

    /// The name of a channel that has other problems, so that a second one of the name is told as well.
    private func quietName(_ fields: Fields) -> String? {
        guard case .scalar(let scalar)? = fields["name"], !scalar.string.contains("$") else { return nil }
        return FieldRules.name(scalar.string) == nil ? scalar.string : nil
    }

    private mutating func channel(_ fields: Fields) -> ConfigurationDocument.ChannelStatement? {
        let name = self.requiredText(fields, "name", rule: FieldRules.name)
        let type = self.type(fields)
        let baseURL = self.baseURL(fields)
        let apiKey = self.optionalText(fields, "api_key", isSecret: true).flatMap {
            self.checked($0, FieldRules.apiKey)
        }
        let notes =
            fields["notes"].map(Self.isNull) == true
            ? "" : self.optionalText(fields, "notes").flatMap { self.checked($0, FieldRules.notes) }
        let headers = self.headers(fields)
        let proxy = self.proxy(fields)
        let apiVersion = self.statedText(fields, "api_version", rule: FieldRules.apiVersion)
        let connectTimeout = self.seconds(fields, "connect_timeout", in: FieldRules.connectTimeout)
        let responseTimeout = self.seconds(fields, "response_timeout", in: FieldRules.responseTimeout)
        let isEnabled = self.flag(fields, "enabled")
        let models = self.models(fields)
        guard let name, let type, let baseURL else { return nil }
        return ConfigurationDocument.ChannelStatement(
            name: name,
            type: type,
            baseURL: baseURL,
            apiKey: apiKey.map { Secret($0) },
            notes: notes,
            headers: headers,
            proxy: proxy,
            apiVersion: apiVersion,
            connectTimeout: connectTimeout,
            responseTimeout: responseTimeout,
            isEnabled: isEnabled,
            models: models
        )
    }

    private mutating func type(_ fields: Fields) -> APIType? {
        guard let node = fields["type"] else {
            self.fail(
                at: fields.mark,
                fields.path,
                "'type' is missing; it is one of \(APIType.words.joined(separator: ", "))"
            )
            return nil
        }
        return self.text(node, fields.path(to: "type"))
            .flatMap { self.word($0, words: APIType.words) { APIType(word: $0) } }
    }

    /// An address may have a password in it by mistake, so a bad one is not shown.
    private mutating func baseURL(_ fields: Fields) -> String? {
        guard let node = fields["base_url"] else {
            self.fail(at: fields.mark, fields.path, "'base_url' is missing")
            return nil
        }
        return self.text(node, fields.path(to: "base_url"), isSecret: true)
            .flatMap { self.checked($0, FieldRules.baseURL) }
    }

    private mutating func proxy(_ fields: Fields) -> Channel.Proxy? {
        guard let node = fields["proxy"] else { return nil }
        // `proxy: none` is a word here; YAML's own nothing is the default.
        if Self.isNull(node) { return .environment }
        guard let text = self.text(node, fields.path(to: "proxy"), isSecret: true) else { return nil }
        switch text.text {
        case "env": return .environment
        case "none": return Channel.Proxy.none
        default: return self.checked(text, FieldRules.proxy).map { .url(Secret($0)) }
        }
    }

    private mutating func headers(_ fields: Fields) -> [Channel.Header]? {
        guard let node = fields["headers"] else { return nil }
        if Self.isNull(node) { return [] }
        let path = fields.path(to: "headers")
        guard let members = self.fields(of: node, path: path, expected: "a mapping of names to values", known: nil)
        else {
            return nil
        }
        var names: Set<String> = []
        return members.values.compactMap { name, node in
            let path = members.path(to: Self.printable(name))
            if let expected = FieldRules.headerName(name) {
                self.fail(node, path, "the name must be \(expected)")
            } else if !names.insert(name.lowercased()).inserted {
                self.fail(node, path, "this header is given more than once; names are compared without case")
            }
            return self.text(node, path, isSecret: true)
                .flatMap { self.checked($0, FieldRules.headerValue) }
                .map { Channel.Header(name: name, value: Secret($0)) }
        }
    }

    // MARK: Models

    private mutating func models(_ fields: Fields) -> [ConfigurationDocument.ModelStatement]? {
        guard let node = fields["models"], !Self.isNull(node) else { return nil }
        let path = fields.path(to: "models")
        guard let items = self.items(of: node, path: path, expected: "a list of models") else { return nil }
        var lines: [String: Int] = [:]
        var statements: [ConfigurationDocument.ModelStatement] = []
        for item in items {
            guard let statement = self.model(item.node, item.path) else { continue }
            let line = item.node.mark?.line ?? 0
            if let earlier = lines.updateValue(line, forKey: statement.model) {
                self.fail(item.node, item.path, "model '\(statement.model)' is already listed in line \(earlier)")
            }
            statements.append(statement)
        }
        return statements
    }

    private mutating func model(_ node: Node, _ path: String) -> ConfigurationDocument.ModelStatement? {
        if case .scalar = node {
            return self.text(node, path).flatMap { self.checked($0, FieldRules.name) }.map { .init(model: $0) }
        }
        let expected = "a model's name or a mapping with 'model'"
        guard let fields = self.fields(of: node, path: path, expected: expected, known: Self.modelKeys) else {
            return nil
        }
        let model = self.requiredText(fields, "model", rule: FieldRules.name)
        let displayName = self.statedText(fields, "name", rule: FieldRules.name)
        let kind = self.kind(fields)
        let isInAuto = self.flag(fields, "auto")
        let isEnabled = self.flag(fields, "enabled")
        return model.map {
            .init(model: $0, displayName: displayName, kind: kind, isInAuto: isInAuto, isEnabled: isEnabled)
        }
    }

    private mutating func kind(_ fields: Fields) -> ConfigurationDocument.Stated<ModelKind>? {
        guard let node = fields["kind"] else { return nil }
        if Self.isNull(node) { return .standard }
        return self.text(node, fields.path(to: "kind"))
            .flatMap { self.word($0, words: ModelKind.allCases.map(\.rawValue)) { ModelKind(rawValue: $0) } }
            .map { .value($0) }
    }
}
