import Administration
import Configuration
import Testing

@Suite struct `A configuration written as a file` {
    @Test(arguments: 0..<300) func `comes back as it was, whatever its texts`(seed: Int) throws {
        var random = RandomConfiguration(seed: seed)
        let original = try random.make().configuration
        let yaml = try ConfigurationExporter.export(original, includeKeys: true)

        let document = try ConfigurationDocument(yaml: yaml, environment: ["HOME": "wrong", "X": "wrong"])
        var draft = ConfigurationDraft()
        let changes = try ConfigurationApplier.apply(document, to: &draft)

        #expect(draft.configuration.shape == original.shape, "\(yaml)")
        #expect(changes.isEmpty == (original.shape == Configuration().shape))
    }

    @Test(arguments: 0..<100) func `changes nothing when it is applied to its own source`(seed: Int) throws {
        var random = RandomConfiguration(seed: seed)
        var draft = try random.make()
        let before = draft

        for includeKeys in [false, true] {
            for prune in [false, true] {
                let yaml = try ConfigurationExporter.export(draft.configuration, includeKeys: includeKeys)
                let document = try ConfigurationDocument(yaml: yaml, environment: [:])
                let changes = try ConfigurationApplier.apply(document, to: &draft, prune: prune)

                #expect(changes.isEmpty, "\(changes)")
                #expect(draft == before)
            }
        }
    }

    @Test func `holds no key unless asked`() throws {
        var draft = ConfigurationDraft()
        try draft.addChannel(name: "A", type: .openai, baseURL: "https://a.example") { channel in
            channel.apiKey = Secret("sk-provider")
            channel.headers = [Channel.Header(name: "x-key", value: Secret("header-secret"))]
            channel.proxy = .url(Secret("http://user:proxy-secret@proxy:1"))
        }
        try draft.addAccessKey(name: "laptop", digest: AccessKey.Digest(of: "sk-client"), hint: "ient")

        let plain = try ConfigurationExporter.export(draft.configuration)
        let full = try ConfigurationExporter.export(draft.configuration, includeKeys: true)

        for secret in ["sk-provider", "header-secret", "proxy-secret", AccessKey.Digest(of: "sk-client").hex] {
            #expect(!plain.contains(secret))
            #expect(full.contains(secret))
        }
        #expect(plain.contains("# Access keys: laptop"))
    }

    @Test func `reads like one written by hand`() throws {
        var draft = ConfigurationDraft()
        let id = try draft.addChannel(name: "DeepSeek", type: .openai, baseURL: "https://api.deepseek.com")
        try draft.addEntry(to: id, model: "deepseek-chat")
        try draft.addEntry(to: id, model: "4.1") { $0.kind = .embedding }
        try draft.set("port", to: "9191")

        let yaml = try ConfigurationExporter.export(draft.configuration)

        #expect(
            yaml == """
                # Keys are left out; applying this file keeps those that are stored.
                channels:
                - name: DeepSeek
                  type: openai
                  base_url: https://api.deepseek.com
                  models:
                  - deepseek-chat
                  - {model: "4.1", kind: embedding}
                settings:
                  port: 9191

                """
        )
    }

    @Test func `names the order only where it does not go channel by channel`() throws {
        var draft = ConfigurationDraft()
        let a = try draft.addChannel(name: "A", type: .openai, baseURL: "a.example")
        let b = try draft.addChannel(name: "B", type: .openai, baseURL: "b.example")
        try draft.addEntry(to: a, model: "a1")
        let last = try draft.addEntry(to: b, model: "b1")
        let straight = try ConfigurationExporter.export(draft.configuration)

        try draft.moveEntry(last, to: 0)
        let mixed = try ConfigurationExporter.export(draft.configuration)

        #expect(!straight.contains("order:"))
        #expect(mixed.contains("order:\n- {channel: B, model: b1}\n- {channel: A, model: a1}\n"))
    }
}
