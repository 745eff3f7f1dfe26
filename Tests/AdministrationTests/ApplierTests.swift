import Administration
import Configuration
import Testing

@Suite struct `Applying a configuration file` {
    private static func apply(
        _ yaml: String,
        to draft: inout ConfigurationDraft,
        prune: Bool = false
    ) throws -> [String] {
        let document = try ConfigurationDocument(yaml: yaml, environment: [:])
        return try ConfigurationApplier.apply(document, to: &draft, prune: prune).map(\.description)
    }

    private static let yaml = """
        channels:
        - {name: A, type: openai, base_url: a.example, api_key: sk-old, models: [a1, {model: a2, name: alias, auto: no}]}
        - {name: B, type: claude, base_url: b.example, models: [b1]}
        access_keys: [{name: laptop, key: sk-0123456789}]
        settings: {port: 81}
        """

    @Test func `tells what it added, and the second time nothing`() throws {
        var draft = ConfigurationDraft()

        let first = try Self.apply(Self.yaml, to: &draft)
        let after = draft
        let second = try Self.apply(Self.yaml, to: &draft)

        #expect(
            first == [
                "channel A added", "channel B added", "entry a1 added to A", "entry a2 added to A",
                "entry b1 added to B",
                "access key laptop added", "setting port 9090 → 81",
            ]
        )
        #expect(second == [])
        #expect(draft == after)
    }

    @Test func `changes what it states and nothing else`() throws {
        var draft = ConfigurationDraft()
        _ = try Self.apply(Self.yaml, to: &draft)
        let notes = try #require(draft.channel(named: "a")?.id)
        try draft.updateChannel(notes) { $0.notes = "mine" }
        try draft.set("cooldown", to: "60")

        let changes = try Self.apply(
            """
            channels:
            - name: a
              type: openai
              base_url: https://u.example/v1?token=hidden
              api_key: sk-new
              enabled: false
              models: [{model: a2, name: ~, kind: rerank}]
            access_keys: [{name: LAPTOP, key: sk-9876543210, enabled: no}]
            """,
            to: &draft
        )

        #expect(
            changes == [
                "channel a: name A → a", "channel a: base_url a.example → https://u.example/v1?…",
                "channel a: api_key changed",
                "channel a: enabled true → false", "entry a2 of a: name alias → (empty)",
                "entry a2 of a: kind default → rerank",
                "access key LAPTOP: name laptop → LAPTOP", "access key LAPTOP: key changed",
                "access key LAPTOP: enabled true → false",
            ]
        )
        #expect(draft.channel(named: "A")?.notes == "mine")
        #expect(draft.entry(of: notes, model: "a2")?.isInAuto == false)
        #expect(draft.settings.cooldown == .seconds(60))
        #expect(draft.channels.count == 2)
        #expect(!changes.joined().contains("sk-"))
    }

    @Test func `brings the entries it names into its order and leaves the places of the others alone`() throws {
        var draft = ConfigurationDraft()
        _ = try Self.apply(Self.yaml, to: &draft)
        let b = try #require(draft.channel(named: "B")?.id)
        try draft.addEntry(to: b, model: "x", at: 0)
        try draft.addEntry(to: b, model: "y", at: 2)

        let changes = try Self.apply(
            "channels:\n- {name: B, type: anthropic, base_url: b.example, models: [b2, b1]}",
            to: &draft
        )

        #expect(draft.entries.map(\.model) == ["x", "a1", "y", "a2", "b2", "b1"])
        #expect(changes == ["entry b2 added to B"])
    }

    @Test func `restores the order of the file after it was changed by hand`() throws {
        var draft = ConfigurationDraft()
        _ = try Self.apply(Self.yaml, to: &draft)
        let last = try #require(draft.entries.last?.id)
        try draft.moveEntry(last, to: 0)

        let changes = try Self.apply(Self.yaml, to: &draft)

        #expect(draft.entries.map(\.model) == ["a1", "a2", "b1"])
        #expect(changes == ["entries reordered"])
    }

    @Test func `follows an explicit order across channels`() throws {
        var draft = ConfigurationDraft()

        _ = try Self.apply(Self.yaml + "\norder: [{channel: b, model: b1}, {channel: A, model: a2}]", to: &draft)

        #expect(draft.entries.map(\.model) == ["b1", "a2", "a1"])
    }

    @Test func `removes what it does not mention only when pruning, and only from lists it has`() throws {
        var draft = ConfigurationDraft()
        _ = try Self.apply(Self.yaml, to: &draft)
        let short = "channels:\n- {name: A, type: openai, base_url: a.example, models: [a2]}"

        let kept = try Self.apply(short, to: &draft)
        let pruned = try Self.apply(short, to: &draft, prune: true)
        let withoutModels = try Self.apply(
            "channels:\n- {name: A, type: openai, base_url: a.example}",
            to: &draft,
            prune: true
        )
        let keys = try Self.apply("access_keys: []", to: &draft, prune: true)

        #expect(kept == [])
        #expect(pruned == ["channel B removed with 1 entry", "entry a1 removed from A"])
        #expect(withoutModels == [])
        #expect(keys == ["access key laptop removed"])
        #expect(draft.entries.map(\.model) == ["a2"])
    }

    @Test(
        arguments: [
            ("access_keys: [{name: new}]", ConfigurationError.keyMissing(name: "new")),
            ("access_keys: [{name: new, key: sk-0123456789}]", .keyTaken(name: "new", by: "laptop")),
            ("order: [{channel: Z, model: z}]", .notFound(.channel, name: "Z")),
            ("order: [{channel: A, model: z}]", .notFound(.entry, name: "A/z")),
        ]
    ) func `changes nothing when the file does not fit`(yaml: String, expected: ConfigurationError) throws {
        var draft = ConfigurationDraft()
        _ = try Self.apply(Self.yaml, to: &draft)
        let before = draft

        let error = #expect(throws: ConfigurationError.self) {
            try Self.apply("settings: {port: 7}\n" + yaml, to: &draft)
        }

        #expect(error == expected)
        #expect(draft == before)
    }

    @Test func `may name a stored access key without its key`() throws {
        var draft = ConfigurationDraft()
        _ = try Self.apply(Self.yaml, to: &draft)

        let changes = try Self.apply("access_keys: [{name: laptop, enabled: false}]", to: &draft)

        #expect(changes == ["access key laptop: enabled true → false"])
        #expect(draft.accessKeys.first?.digest == AccessKey.Digest(of: "sk-0123456789"))
    }
}
