import Administration
import Configuration
import Testing

@Suite struct `A configuration draft` {
    private static func sample() throws -> (draft: ConfigurationDraft, channel: Channel.ID) {
        var draft = ConfigurationDraft()
        let id = try draft.addChannel(name: "A", type: .openai, baseURL: "a.example")
        for model in ["m1", "m2", "m3", "m4"] { try draft.addEntry(to: id, model: model) }
        return (draft, id)
    }

    @Test func `never gives out a number twice`() throws {
        var (draft, channel) = try Self.sample()
        try draft.removeChannel(channel)
        let key = try draft.addAccessKey(name: "k", digest: AccessKey.Digest(of: "k"), hint: "")
        try draft.removeAccessKey(key)

        let next = try draft.addChannel(name: "A", type: .openai, baseURL: "a.example")
        let entry = try draft.addEntry(to: next, model: "m1")
        let nextKey = try draft.addAccessKey(name: "k", digest: AccessKey.Digest(of: "k"), hint: "")

        #expect(next.rawValue == 2)
        #expect(entry.rawValue == 5)
        #expect(nextKey.rawValue == 2)
    }

    @Test func `begins behind the numbers it is given`() throws {
        let (sample, _) = try Self.sample()
        var draft = ConfigurationDraft(sample.configuration, counters: .init(channel: 40, entry: 2, accessKey: 7))

        let channel = try draft.addChannel(name: "B", type: .openai, baseURL: "b.example")
        let entry = try draft.addEntry(to: channel, model: "m")

        #expect(channel.rawValue == 41)
        #expect(entry.rawValue == 5)
    }

    @Test func `keeps names apart without case`() throws {
        var (draft, _) = try Self.sample()
        let other = try draft.addChannel(name: "Ärger", type: .openai, baseURL: "b.example")
        let before = draft

        #expect(throws: ConfigurationError.nameTaken(.channel, name: "a")) {
            try draft.addChannel(name: "a", type: .openai, baseURL: "b.example")
        }
        #expect(throws: ConfigurationError.nameTaken(.channel, name: "äRGER")) {
            try draft.addChannel(name: "äRGER", type: .openai, baseURL: "b.example")
        }
        #expect(throws: ConfigurationError.nameTaken(.channel, name: "a")) {
            try draft.updateChannel(other) { $0.name = "a" }
        }
        #expect(draft == before)
        try draft.updateChannel(other) { $0.name = "ÄRGER" }
        #expect(draft.channel(named: "ärger")?.id == other)
    }

    @Test func `keeps one entry per channel and model`() throws {
        var (draft, channel) = try Self.sample()
        let expected = ConfigurationError.modelTaken(channel: "A", model: "m2")

        #expect(throws: expected) { try draft.addEntry(to: channel, model: "m2") }
        let first = try #require(draft.entries.first?.id)
        #expect(throws: expected) { try draft.updateEntry(first) { $0.model = "m2" } }
        try draft.addEntry(to: channel, model: "M2")
        #expect(draft.entries.count == 5)
    }

    @Test func `keeps numbers and channels where they are`() throws {
        var (draft, channel) = try Self.sample()
        let entry = try #require(draft.entries.first)

        try draft.updateChannel(channel) { $0.id = Channel.ID(rawValue: 99) }
        try draft.updateEntry(entry.id) {
            $0.id = APIEntry.ID(rawValue: 99)
            $0.channelID = Channel.ID(rawValue: 99)
        }

        #expect(draft.channels.map(\.id) == [channel])
        #expect(draft.entries.first == entry)
    }

    @Test(arguments: [(0, 3), (3, 0), (1, 2), (2, -5), (0, 99)]) func `moves an entry`(from: Int, to: Int) throws {
        var (draft, _) = try Self.sample()
        let id = draft.entries[from].id

        try draft.moveEntry(id, to: to)

        #expect(draft.entries.firstIndex { $0.id == id } == min(max(to, 0), 3))
        #expect(
            draft.entries.filter { $0.id != id }.map(\.model)
                == ["m1", "m2", "m3", "m4"].filter { $0 != "m\(from + 1)" }
        )
    }

    @Test func `moves an entry before another`() throws {
        var (draft, _) = try Self.sample()
        let ids = draft.entries.map(\.id)

        try draft.moveEntry(ids[0], before: ids[2])
        #expect(draft.entries.map(\.model) == ["m2", "m1", "m3", "m4"])
        try draft.moveEntry(ids[3], before: ids[1])
        #expect(draft.entries.map(\.model) == ["m4", "m2", "m1", "m3"])
        try draft.moveEntry(ids[3], before: nil)
        #expect(draft.entries.map(\.model) == ["m2", "m1", "m3", "m4"])
        try draft.moveEntry(ids[0], before: ids[0])
        #expect(draft.entries.map(\.model) == ["m2", "m1", "m3", "m4"])
    }

    @Test func `arranges the entries named and keeps the rest in order`() throws {
        var (draft, _) = try Self.sample()
        let ids = draft.entries.map(\.id)

        draft.arrangeEntries([ids[3], ids[1], ids[3], APIEntry.ID(rawValue: 99)])

        #expect(draft.entries.map(\.model) == ["m4", "m2", "m1", "m3"])
    }

    @Test func `takes back what was removed, to its old place`() throws {
        var (draft, channel) = try Self.sample()
        let other = try draft.addChannel(name: "B", type: .openai, baseURL: "b.example")
        try draft.addEntry(to: other, model: "b1", at: 2)
        let before = draft
        let entry = draft.entries[1].id

        let removed = try draft.removeChannel(channel)
        try draft.restore(removed)
        #expect(draft == before)
        #expect(throws: ConfigurationError.self) { try draft.restore(removed) }

        let removedEntry = try draft.removeEntry(entry)
        try draft.restore(removedEntry)
        #expect(draft == before)
        #expect(throws: ConfigurationError.self) { try draft.restore(removedEntry) }
    }

    @Test func `refuses values that break a rule, and stays as it was`() throws {
        var (draft, id) = try Self.sample()
        let before = draft
        let changes: [(String, @Sendable (inout Channel) -> Void)] = [
            ("name", { $0.name = "" }), ("name", { $0.name = "a\u{0}" }), ("base_url", { $0.baseURL = " " }),
            ("base_url", { $0.baseURL = "file:///etc" }), ("api_key", { $0.apiKey = Secret("a\r\nHost: b") }),
            ("notes", { $0.notes = "\u{0}" }), ("api_version", { $0.apiVersion = "" }),
            ("headers", { $0.headers = [.init(name: "a b", value: Secret(""))] }),
            ("headers", { $0.headers = [.init(name: "a", value: Secret("\n"))] }),
            ("headers", { $0.headers = [.init(name: "a", value: Secret("")), .init(name: "A", value: Secret(""))] }),
            ("headers", { $0.headers = [.init(name: "Transfer-Encoding", value: Secret("chunked"))] }),
            ("proxy", { $0.proxy = .url(Secret("http://user:pass@")) }),
            ("connect_timeout", { $0.connectTimeout = .zero }),
            ("response_timeout", { $0.responseTimeout = .microseconds(1_000_001) }),
        ]

        for (field, change) in changes {
            let error = #expect(throws: ConfigurationError.self) { try draft.updateChannel(id, change) }
            guard case .invalid(.channel, _, let told, _) = error else {
                Issue.record("\(field): \(String(describing: error))")
                continue
            }
            #expect(told == field)
        }
        #expect(draft == before)
    }

    @Test func `checks settings`() throws {
        var draft = ConfigurationDraft()

        #expect(throws: ConfigurationError.self) { try draft.updateSettings { $0.port = 70_000 } }
        #expect(throws: ConfigurationError.unknownSetting(name: "prot")) { try draft.set("prot", to: "1") }
        #expect(throws: ConfigurationError.self) { try draft.set("port", to: "x") }
        #expect(draft.settings == GatewaySettings())
        try draft.updateSettings { $0.cooldown = .seconds(60) }
        #expect(draft.settings.cooldown == .seconds(60))
        #expect(ConfigurationError.unknownSetting(name: "prot").description.contains("did you mean 'port'?"))
    }

    @Test func `keeps access keys apart`() throws {
        var draft = ConfigurationDraft()
        let digest = AccessKey.Digest(of: "sk-a")
        try draft.addAccessKey(name: "a", digest: digest, hint: "")

        #expect(throws: ConfigurationError.nameTaken(.accessKey, name: "A")) {
            try draft.addAccessKey(name: "A", digest: AccessKey.Digest(of: "sk-b"), hint: "")
        }
        #expect(throws: ConfigurationError.keyTaken(name: "b", by: "a")) {
            try draft.addAccessKey(name: "b", digest: digest, hint: "")
        }
        #expect(throws: ConfigurationError.self) {
            try draft.addAccessKey(name: "b", digest: AccessKey.Digest(bytes: [1]), hint: "")
        }
    }
}

@Suite struct `An access key` {
    @Test func `is random, safe in a URL, and recognised by its digest`() {
        let keys = (0..<200).map { _ in AccessKeyIssuer.issue() }

        #expect(Set(keys.map(\.key)).count == 200)
        for issued in keys {
            let key = issued.key.value
            #expect(key.hasPrefix("sk-") && key.utf8.count == 46)
            #expect(
                key.utf8.allSatisfy {
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains($0)
                }
            )
            #expect(issued.digest == AccessKey.Digest(of: key))
            #expect(key.hasSuffix(issued.hint) && issued.hint.count == 4)
        }
    }

    @Test func `has the SHA-256 of FIPS 180-4 as its digest`() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

        #expect(AccessKey.Digest(of: "abc").hex == hex)
        #expect(AccessKey.Digest(hex: hex.uppercased()) == AccessKey.Digest(of: "abc"))
        #expect(AccessKey.Digest(hex: hex + "0") == nil)
        #expect(AccessKey.Digest(hex: String(hex.dropLast()) + "g") == nil)
    }
}
