import Administration
import Configuration
import GatewayTesting

/// Configurations with the strangest texts the rules allow.
struct RandomConfiguration {
    private var generator: SeededGenerator
    private var serial = 0

    init(seed: Int) { self.generator = SeededGenerator(seed: UInt64(truncatingIfNeeded: seed)) }

    private static let words = [
        "no", "on", "4.1", "null", "~", "true", "0x1F", "1e3", "12:30:45", "gpt-4o", "模型", "a: b", "- x", "#c", "a #b",
        "${HOME}", "$$", "$", "'", "\"", "\\", "*a", "&a", "!t", "%d", "@at", "`", "{a}", "[b]", "a,b", "|", ">", "?",
        "🙂",
        "é", "e\u{301}", "2024-10-21", "=", "<<", ".inf", "日本 語", "a\u{A0}b", "0o17", "1_000", "\u{200B}z", "b\u{FEFF}",
    ]

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self.generator)]
    }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self.generator) < percent }

    mutating func text() -> String {
        self.serial += 1
        let words = (0..<Int.random(in: 1...3, using: &self.generator)).map { _ in self.pick(Self.words) }
        return words.joined(separator: self.chance(50) ? " " : "") + "\(self.serial)"
    }

    /// A text that may also end, begin and break in ways a name may not.
    mutating func notes() -> String {
        self.text() + self.pick(["", "\n", "\n\n", " ", "\t", "\r\n", "\u{7}", "\u{85}", "\u{2028}"])
            + self.pick(["", self.text()])
    }

    /// A state made by a draft, entries of all channels mixed.
    mutating func make() throws -> ConfigurationDraft {
        var draft = ConfigurationDraft()
        for _ in 0..<Int.random(in: 0...5, using: &self.generator) { try self.addChannel(to: &draft) }
        for channel in draft.channels {
            for _ in 0..<Int.random(in: 0...5, using: &self.generator) { try self.addEntry(to: channel.id, of: &draft) }
        }
        if self.chance(50) {
            for entry in draft.entries {
                try draft.moveEntry(entry.id, to: Int.random(in: 0..<draft.entries.count, using: &self.generator))
            }
        }
        for _ in 0..<Int.random(in: 0...3, using: &self.generator) {
            let key = AccessKeyIssuer.issue(using: &self.generator)
            let isEnabled = self.chance(80)
            try draft.addAccessKey(name: self.text(), digest: key.digest, hint: key.hint, isEnabled: isEnabled)
        }
        for descriptor in SettingDescriptor.all where self.chance(30) {
            let text = self.settingText(descriptor)
            try draft.set(descriptor.name, to: text)
        }
        return draft
    }

    private mutating func addChannel(to draft: inout ConfigurationDraft) throws {
        let type = self.pick(APIType.allCases)
        let url = self.pick(["https://api.example.com/v1", "api.example.com", "http://[::1]:8080/?key=$a&b={c}"])
        let id = try draft.addChannel(name: self.text(), type: type, baseURL: url)
        let (key, notes, header) = ("sk-\(self.serial)${X}'\"#:é", self.notes(), self.text())
        let proxy: Channel.Proxy = self.pick([.environment, .none, .url(Secret("http://u:p$@[::1]:1080"))])
        let version: String? = self.pick([nil, "2024-10-21"])
        let timeouts: [Duration?] = [nil, .seconds(5), .milliseconds(1500), .milliseconds(100), .milliseconds(12_345)]
        let (connect, response) = (self.pick(timeouts), self.pick(timeouts))
        let (hasKey, hasNotes, hasHeaders, isEnabled) = (
            self.chance(80), self.chance(50), self.chance(50), self.chance(80)
        )
        try draft.updateChannel(id) { channel in
            if hasKey { channel.apiKey = Secret(key) }
            if hasNotes { channel.notes = notes }
            if hasHeaders {
                channel.headers = [
                    Channel.Header(name: "x-$a", value: Secret(header)),
                    Channel.Header(name: "no", value: Secret(" a\t")),
                    Channel.Header(name: "A|~`", value: Secret("")),
                ]
            }
            channel.proxy = proxy
            channel.apiVersion = version
            channel.connectTimeout = connect
            channel.responseTimeout = response
            channel.isEnabled = isEnabled
        }
    }

    private mutating func addEntry(to channel: Channel.ID, of draft: inout ConfigurationDraft) throws {
        let id = try draft.addEntry(to: channel, model: self.text())
        let name = self.chance(40) ? self.text() : nil
        let kind: ModelKind? = self.chance(40) ? self.pick(ModelKind.allCases) : nil
        let (isInAuto, isEnabled) = (self.chance(80), self.chance(80))
        try draft.updateEntry(id) { entry in
            entry.displayName = name
            entry.kind = kind
            entry.isInAuto = isInAuto
            entry.isEnabled = isEnabled
        }
    }

    private mutating func settingText(_ descriptor: SettingDescriptor) -> String {
        switch descriptor.form {
        case .seconds(let range, _), .integer(let range): String(Int.random(in: range, using: &self.generator))
        case .flag: self.pick(["true", "false"])
        case .choice(let words): self.pick(words)
        case .text:
            descriptor.name == "host" ? self.pick(["::1", "0.0.0.0", "$h#"]) : self.pick(["", "401, 500-599", "429"])
        }
    }
}

extension Configuration {
    /// The same without numbers: equal for states that differ in them only.
    var shape: Configuration {
        var copy = self
        let channels = Dictionary(
            uniqueKeysWithValues: self.channels.enumerated().map { ($0.element.id, Int64($0.offset)) }
        )
        copy.revision = 0
        for index in copy.channels.indices { copy.channels[index].id = Channel.ID(rawValue: Int64(index)) }
        for index in copy.entries.indices {
            copy.entries[index].id = APIEntry.ID(rawValue: Int64(index))
            copy.entries[index].channelID = Channel.ID(rawValue: channels[self.entries[index].channelID] ?? -1)
        }
        for index in copy.accessKeys.indices { copy.accessKeys[index].id = AccessKey.ID(rawValue: Int64(index)) }
        return copy
    }
}
