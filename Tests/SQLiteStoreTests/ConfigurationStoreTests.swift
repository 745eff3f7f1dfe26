import Administration
import Configuration
import Foundation
import GRDB
import Routing
import SQLiteStore
import Testing

@Suite struct `A configuration store` {
    private static func fill(_ store: SQLiteConfigurationStore) throws -> GatewayState {
        try store.transaction { draft in
            let a = try draft.addChannel(name: "A", type: .azure, baseURL: "https://a.example") { channel in
                channel.apiKey = Secret("sk-a")
                channel.notes = "n\n"
                channel.headers = [.init(name: "x-b", value: Secret("1")), .init(name: "x-a", value: Secret("2"))]
                channel.proxy = .url(Secret("http://p:1"))
                channel.apiVersion = "2024-10-21"
                channel.connectTimeout = .milliseconds(1500)
                channel.responseTimeout = .seconds(30)
                channel.isEnabled = false
            }
            let b = try draft.addChannel(name: "B", type: .openai, baseURL: "b.example") { $0.proxy = .none }
            for model in ["m1", "m2"] {
                try draft.addEntry(to: a, model: model) {
                    $0.displayName = "alias"
                    $0.kind = .image
                    $0.isInAuto = false
                }
            }
            try draft.addEntry(to: b, model: "m1", at: 1) { $0.isEnabled = false }
            try draft.addAccessKey(name: "k", digest: AccessKey.Digest(of: "k"), hint: "kkkk", isEnabled: false)
            try draft.set("port", to: "81")
            try draft.set("theme", to: "dark")
        }.configuration
    }

    @Test func `begins empty`() throws {
        let folder = try TemporaryFolder()

        let store = try folder.store()

        #expect(try store.load() == GatewayState())
    }

    @Test func `keeps everything across a restart`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let state = try Self.fill(store)
        try store.close()

        let reopened = try folder.store()

        #expect(try reopened.load() == state)
        #expect(state.revision == 1)
        #expect(state.entries.map(\.model) == ["m1", "m1", "m2"])
    }

    @Test func `keeps everything when the process dies without closing`() throws {
        let folder = try TemporaryFolder()
        let copy = try TemporaryFolder()
        let store = try folder.store()
        let state = try Self.fill(store)

        // What a dead process leaves: the database with its log, never checkpointed, and the key.
        for name in ["config.db", "config.db-wal", "master.key"] {
            try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(copy.path)/\(name)")
        }

        #expect(try copy.store().load() == state)
    }

    @Test func `raises the revision only when something differs`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let state = try Self.fill(store)

        let same = try store.transaction { draft in
            try draft.set("port", to: "82")
            try draft.set("port", to: "81")
            let id = try draft.addChannel(name: "C", type: .openai, baseURL: "c")
            try draft.removeChannel(id)
            return id.rawValue
        }
        let next = try store.transaction { try $0.addChannel(name: "C", type: .openai, baseURL: "c").rawValue }

        #expect(same.configuration == state)
        #expect(same.result == 3)
        #expect(next.result == 4)
        #expect(next.configuration.revision == 2)
        #expect(try store.load() == next.configuration)
    }

    @Test func `writes nothing when a change throws`() throws {
        struct Stop: Error {}
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let state = try Self.fill(store)

        #expect(throws: Stop.self) {
            try store.transaction { draft in
                try draft.addChannel(name: "C", type: .openai, baseURL: "c")
                throw Stop()
            }
        }

        #expect(try store.load() == state)
    }

    @Test func `lets names, models, keys and positions change places`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        _ = try store.transaction { draft in
            for name in ["A", "B"] {
                let id = try draft.addChannel(name: name, type: .openai, baseURL: "x")
                for model in ["m1", "m2"] { try draft.addEntry(to: id, model: model) }
                try draft.addAccessKey(name: name, digest: AccessKey.Digest(of: name), hint: "")
            }
        }

        let outcome = try store.transaction { draft in
            let (channels, entries, keys) = (draft.channels, draft.entries, draft.accessKeys)
            try draft.updateChannel(channels[0].id) { $0.name = "t" }
            try draft.updateChannel(channels[1].id) { $0.name = "A" }
            try draft.updateChannel(channels[0].id) { $0.name = "B" }
            try draft.updateEntry(entries[0].id) { $0.model = "t" }
            try draft.updateEntry(entries[1].id) { $0.model = "m1" }
            try draft.updateEntry(entries[0].id) { $0.model = "m2" }
            draft.arrangeEntries(entries.map(\.id).reversed())
            try draft.updateAccessKey(keys[0].id) { ($0.name, $0.digest) = ("t", AccessKey.Digest(of: "t")) }
            try draft.updateAccessKey(keys[1].id) { ($0.name, $0.digest) = ("A", AccessKey.Digest(of: "A")) }
            try draft.updateAccessKey(keys[0].id) { ($0.name, $0.digest) = ("B", AccessKey.Digest(of: "B")) }
        }

        #expect(try store.load() == outcome.configuration)
        #expect(outcome.configuration.channels.map(\.name) == ["B", "A"])
        #expect(outcome.configuration.entries.map(\.model) == ["m2", "m1", "m1", "m2"])
    }

    @Test(arguments: 0..<30) func `holds after random changes what the draft held`(seed: Int) throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        var generator = SystemRandomNumberGenerator()
        var state = try Self.fill(store)

        for step in 0..<20 {
            state = try store.transaction { draft in
                for _ in 0..<3 { try Self.change(&draft, step: step, using: &generator) }
            }.configuration
            #expect(try store.load() == state)
        }
    }

    private static func change(
        _ draft: inout ConfigurationDraft,
        step: Int,
        using generator: inout SystemRandomNumberGenerator
    ) throws {
        let number = Int.random(in: 0..<1_000_000, using: &generator)
        switch number % 6 {
        case 0: try draft.addChannel(name: "c\(number)", type: .gemini, baseURL: "x")
        case 1:
            if let id = draft.channels.randomElement()?.id {
                try draft.addEntry(to: id, model: "m\(number)", at: number % 5)
            }
        case 2: if let id = draft.entries.randomElement()?.id { try draft.moveEntry(id, to: number % 7) }
        case 3: if let id = draft.channels.randomElement()?.id, draft.channels.count > 2 { try draft.removeChannel(id) }
        case 4: if let id = draft.entries.randomElement()?.id { try draft.updateEntry(id) { $0.model = "r\(number)" } }
        default: try draft.set("port", to: "\(number % 65536)")
        }
    }

    @Test func `loses nothing when two of them write one file`() async throws {
        let folder = try TemporaryFolder()
        let stores = [try folder.store(), try folder.store()]

        await withTaskGroup { group in
            for (index, store) in stores.enumerated() {
                group.addTask {
                    for step in 0..<50 {
                        let outcome = Result {
                            try store.transaction { draft in
                                let id = try draft.addChannel(name: "c\(index)-\(step)", type: .openai, baseURL: "x")
                                try draft.addEntry(to: id, model: "m", at: 0)
                            }
                        }
                        #expect(throws: Never.self) { try outcome.get() }
                    }
                }
            }
        }

        let state = try stores[0].load()
        #expect(state.revision == 100)
        #expect(Set(state.channels.map(\.name)).count == 100)
        #expect(Set(state.entries.map(\.channelID)).count == 100)
        #expect(try stores[1].load() == state)
    }

    @Test func `may be opened by many at the same moment`() async throws {
        let folder = try TemporaryFolder()

        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { #expect(throws: Never.self) { _ = try folder.store().load() } }
            }
        }
    }
}

@Suite struct `Stored cooldowns` {
    private static let reason = CooldownReason(kind: .rateLimited, status: 429, detail: "slow down")

    private static func prepare(_ store: SQLiteConfigurationStore) throws -> [APIEntry.ID] {
        try store.transaction { draft in
            let id = try draft.addChannel(name: "A", type: .openai, baseURL: "x")
            return try ["m1", "m2"].map { try draft.addEntry(to: id, model: $0) }
        }.result
    }

    @Test func `count down while nobody looks, and never below nothing`() throws {
        let folder = try TemporaryFolder()
        let time = Time()
        let store = try folder.store(now: time)
        let ids = try Self.prepare(store)
        try store.save([
            .cooled(ids[0], remaining: .seconds(300), reason: Self.reason),
            .cooled(ids[1], remaining: .seconds(10), reason: Self.reason),
        ])
        try store.close()

        time.advance(100_000)
        let cooldowns = try folder.store(now: time).loadCooldowns()

        #expect(cooldowns.map(\.entryID) == ids)
        #expect(cooldowns.map(\.remaining) == [.seconds(200), .zero])
        #expect(cooldowns.map(\.reason) == [Self.reason, Self.reason])
    }

    @Test func `are not extended by a clock that was set back`() throws {
        let folder = try TemporaryFolder()
        let time = Time()
        let store = try folder.store(now: time)
        let ids = try Self.prepare(store)
        try store.save([.cooled(ids[0], remaining: .seconds(300), reason: Self.reason)])

        time.advance(-86_400_000)

        #expect(try store.loadCooldowns().map(\.remaining) == [.seconds(300)])
    }

    @Test func `end with success, with their entry, and stay through other changes`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let ids = try Self.prepare(store)
        try store.save(ids.map { .cooled($0, remaining: .seconds(300), reason: Self.reason) })

        _ = try store.transaction { draft in
            try draft.moveEntry(ids[1], to: 0)
            try draft.updateEntry(ids[0]) { $0.model = "renamed" }
        }
        #expect(try store.loadCooldowns().map(\.entryID) == ids)
        try store.save([.cleared(ids[0])])
        #expect(try store.loadCooldowns().map(\.entryID) == [ids[1]])
        _ = try store.transaction { try $0.removeEntry(ids[1]) }
        #expect(try store.loadCooldowns() == [])
        try store.save([.cooled(ids[1], remaining: .seconds(1), reason: Self.reason)])
        #expect(try store.loadCooldowns() == [])
    }

    @Test func `survive the longest durations`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let ids = try Self.prepare(store)

        try store.save([.cooled(ids[0], remaining: .nanoseconds(Int64.max), reason: Self.reason)])
        try store.save([.cooled(ids[1], remaining: .seconds(-5), reason: Self.reason)])

        #expect(try store.loadCooldowns().map { $0.remaining > .seconds(1_000_000_000) } == [true, false])
    }
}
