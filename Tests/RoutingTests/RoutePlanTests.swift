import Configuration
import Routing
import Testing

@Suite
struct `A model name is read as the user meant it` {
    @Test(
        arguments: [
            (nil, .automatic), ("", .automatic), ("  \t", .automatic), ("auto", .automatic), ("AUTO", .automatic),
            (" Auto\n", .automatic), ("gpt-4o", .named("gpt-4o")), ("  gpt-4o ", .named("gpt-4o")),
            ("auto-2", .named("auto-2")), ("a b", .named("a b")),
        ] as [(String?, RequestedModel)]
    )
    func `Missing, empty and auto in any case are the AUTO group`(text: String?, model: RequestedModel) {
        let read = RequestedModel(text)

        #expect(read == model)
    }

    @Test
    func `Its name for logs is auto or the trimmed name`() {
        let names = [RequestedModel(" "), RequestedModel(" GPT ")].map(\.name)

        #expect(names == ["auto", "GPT"])
    }
}

@Suite
struct `Entries take their turn in the order of the rules` {
    @Test
    func `Exact case comes first, then any case, then aliases, then AUTO`() {
        var floor = Floor()
        let a = floor.channel("a")
        let b = floor.channel("b")
        floor.entry(a, "other")
        floor.entry(a, "GPT-4o")
        floor.entry(a, "x", alias: "gpt-4O")
        floor.entry(b, "gpt-4o")
        floor.entry(b, "gpt-4o")
        floor.entry(b, "Gpt-4o", isInAuto: false)

        let walked = floor.snapshot.walk("gpt-4o")

        #expect(walked == [4, 5, 2, 6, 3, 1])
    }

    @Test(arguments: [nil, "", "auto", "AUTO", " Auto "] as [String?])
    func `AUTO follows the order of API Management`(model: String?) {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(a, "m1")
        floor.entry(a, "m2", isInAuto: false)
        floor.entry(a, "m3")

        let walked = floor.snapshot.walk(model)

        #expect(walked == [1, 3])
    }

    @Test
    func `A name that nothing matches is served by AUTO unless names are strict`() {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(a, "m1")
        floor.entry(a, "m2", alias: "two")

        let loose = ["none", "two", "m1"].map { floor.snapshot.walk($0) }
        floor.settings.usesStrictModelNames = true
        let strict = ["none", "two", "m1"].map { floor.snapshot.walk($0) }

        #expect(loose == [[1, 2], [2, 1], [1, 2]])
        #expect(strict == [[], [2], [1]])
    }

    @Test(arguments: ["gpt", "gpt-4", "4o", "gpt-4o-mini", "gpt-4o ", "pt-4o", "disp", "display name 2"])
    func `There is no substring matching`(name: String) {
        var floor = Floor()
        floor.settings.usesStrictModelNames = true
        let a = floor.channel("a")
        floor.entry(a, "gpt-4o", alias: "display name")

        let walked = floor.snapshot.walk(name)

        #expect(walked == (name == "gpt-4o " ? [1] : []))
    }

    @Test
    func `A plan knows whether the name was matched or only falls back`() {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(a, "m1", alias: "one")
        let snapshot = floor.snapshot

        let plans = ["m1", "M1", "ONE", "none", nil].map { snapshot.plan(model: RequestedModel($0), kind: .chat) }

        #expect(plans.map(\.matchesName) == [true, true, true, false, true])
        #expect(plans.map(\.isEmpty) == [false, false, false, false, false])
        #expect(snapshot.plan(model: .named("none"), kind: .embedding).isEmpty)
    }

    @Test
    func `Entries without a channel are left out and the first of two channels with one number stays`() {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(Channel.ID(rawValue: 99), "m1")
        floor.entry(a, "m1")
        floor.channels.append(Channel(id: a, name: "twin", type: .openai, baseURL: "https://twin.example"))

        let snapshot = floor.snapshot

        #expect(snapshot.walk("m1") == [2])
        #expect(snapshot.targets.map(\.channel.name) == ["a"])
        #expect(snapshot.revision == 7)
    }
}

@Suite
struct `An entry takes part only in what its model can do` {
    private func mixed() -> Floor {
        var floor = Floor()
        let a = floor.channel("a")
        let b = floor.channel("b")
        floor.entry(a, "gpt-4o")
        floor.entry(a, "text-embedding-3-small")
        floor.entry(a, "dall-e-3")
        floor.entry(a, "tts-1")
        floor.entry(a, "rerank-v3.5")
        floor.entry(b, "text-embedding-3-large")
        floor.entry(b, "text-embedding-3-small")
        floor.entry(b, "claude")
        floor.entry(b, "gpt-image-1")
        floor.entry(b, "whisper-1")
        floor.entry(b, "jina-reranker-v2-base-multilingual")
        floor.entry(b, "omni-moderation-latest")
        return floor
    }

    @Test(
        arguments: [
            (.chat, [1, 8]), (.image, [3, 9]), (.audio, [4, 10]), (.moderation, [12]),
        ] as [(ModelKind, [Int64])]
    )
    func `AUTO has one group for each kind`(kind: ModelKind, expected: [Int64]) {
        let snapshot = self.mixed().snapshot

        let walked = snapshot.walk("auto", kind)

        #expect(walked == expected)
    }

    @Test(arguments: [(.embedding, [2, 7]), (.rerank, [5])] as [(ModelKind, [Int64])])
    func `Vectors and rankings of AUTO never come from a second model`(kind: ModelKind, expected: [Int64]) {
        let snapshot = self.mixed().snapshot

        let walked = snapshot.walk(nil, kind)

        #expect(walked == expected)
    }

    @Test(
        arguments: [
            ("text-embedding-3-small", .embedding, [2, 7]), ("dall-e-3", .image, [3]), ("tts-1", .audio, [4]),
            ("rerank-v3.5", .rerank, [5]), ("unknown", .embedding, []), ("unknown", .image, []),
            ("unknown", .audio, []),
            ("unknown", .rerank, []), ("unknown", .moderation, []), ("unknown", .chat, [1, 8]),
        ] as [(String, ModelKind, [Int64])]
    )
    func `Only text falls back to AUTO`(model: String, kind: ModelKind, expected: [Int64]) {
        let snapshot = self.mixed().snapshot

        let walked = snapshot.walk(model, kind)

        #expect(walked == expected)
    }

    @Test(arguments: [ModelKind.embedding, .rerank, .image, .audio])
    func `An alias on two models does not mix them, save for text`(kind: ModelKind) {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(a, "off", alias: "mine", kind: kind, isEnabled: false)
        floor.entry(a, "small", alias: "mine", kind: kind)
        floor.entry(a, "large", alias: "mine", kind: kind)
        floor.entry(a, "Small", alias: "mine", kind: kind)

        let snapshot = floor.snapshot

        #expect(snapshot.walk("mine", kind) == [2, 4])
        #expect(snapshot.walk("mine", .chat) == [2, 3, 4])
    }

    @Test
    func `A model that cools is not replaced by another where vectors would not match`() {
        let snapshot = self.mixed().snapshot
        var health = HealthLedger()
        _ = health.cool(2, for: .seconds(300), reason: .test, at: .start)
        _ = health.cool(7, for: .seconds(300), reason: .test, at: .start)

        let walked = snapshot.walk("auto", .embedding, health: health)

        #expect(walked == [])
    }

    @Test
    func `What the user says of a model counts more than what is documented`() {
        var floor = Floor()
        let a = floor.channel("a")
        floor.entry(a, "text-embedding-3-small", kind: .chat)
        floor.entry(a, "mystery", kind: .embedding)

        let snapshot = floor.snapshot

        #expect(snapshot.walk("auto", .chat) == [1])
        #expect(snapshot.walk("auto", .embedding) == [2])
    }
}
