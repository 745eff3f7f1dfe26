import Administration
import Configuration
import Foundation
import GRDB
import SQLiteStore
import Testing

@Suite struct `Keys at rest` {
    private static let secrets = ["planted-api-key-3333", "planted-header-4444", "http://u:planted-proxy-5555@p:1"]

    /// Adds a channel with all three secrets.
    private static func plant(_ store: SQLiteConfigurationStore, name: String = "A") throws -> Channel.ID {
        try store.transaction { draft in
            try draft.addChannel(name: name, type: .openai, baseURL: "a") { channel in
                channel.apiKey = Secret(Self.secrets[0])
                channel.headers = [.init(name: "x-key", value: Secret(Self.secrets[1]))]
                channel.proxy = .url(Secret(Self.secrets[2]))
            }
        }.result
    }

    private static func secrets(_ channel: Channel?) -> [String] {
        guard let channel, case .url(let proxy) = channel.proxy else { return [] }
        return [channel.apiKey.value, channel.headers[0].value.value, proxy.value]
    }

    private static func values(_ folder: TemporaryFolder) throws -> [String] {
        try DatabaseQueue(path: folder.folder.configurationPath).read { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT api_key FROM channel UNION SELECT ifnull(proxy_url, '') FROM channel UNION SELECT value FROM channel_header"
            )
        }
    }

    private static func execute(_ sql: String, _ folder: TemporaryFolder) throws {
        try DatabaseQueue(path: folder.folder.configurationPath).write { try $0.execute(sql: sql) }
    }

    @Test func `are in no file in plain, whatever is changed or deleted`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let id = try Self.plant(store)
        let other = try Self.plant(store, name: "B")

        _ = try store.transaction { try $0.updateChannel(id) { $0.apiKey = Secret("planted-second-key-6666") } }
        _ = try store.transaction { try $0.removeChannel(other) }

        for text in Self.secrets + ["planted-second-key-6666"] { #expect(try folder.files(with: text) == []) }
        #expect(try Self.values(folder).allSatisfy { $0.hasPrefix("enc1:") })
        #expect(try folder.files(with: "x-key") != [], "the scan sees what is plain")
    }

    @Test func `are the same after a restart`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        _ = try Self.plant(store)
        let state = try store.load()
        try store.close()

        #expect(try folder.store().load() == state)
        #expect(Self.secrets(state.channels.first) == Self.secrets)
    }

    @Test func `stay empty when there are none`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()

        _ = try store.transaction { try $0.addChannel(name: "A", type: .openai, baseURL: "a") }

        #expect(try Self.values(folder) == [""])
        #expect(try store.load().channels.map(\.apiKey.value) == [""])
    }

    @Test func `never look alike twice`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        _ = try Self.plant(store)
        let before = Set(try Self.values(folder))

        _ = try store.transaction { draft in
            try draft.updateChannel(draft.channels[0].id) { channel in
                channel.notes = "n"
                channel.headers.append(.init(name: "x-b", value: channel.headers[0].value))
            }
        }

        #expect(Set(try Self.values(folder)).isDisjoint(with: before))
        #expect(try Self.values(folder).count == 4)
    }

    @Test(
        arguments: [
            (
                "UPDATE channel SET api_key = (SELECT api_key FROM channel WHERE id = 1) WHERE id = 2",
                "channel.api_key 2"
            ),
            ("UPDATE channel SET api_key = proxy_url WHERE id = 1", "channel.api_key 1"),
            ("UPDATE channel SET proxy_url = api_key WHERE id = 2", "channel.proxy_url 2"),
            ("UPDATE channel_header SET value = 'enc1:AAAA' WHERE channel_id = 1", "channel_header.value 1.0"),
            ("UPDATE channel_header SET value = 'plain' WHERE channel_id = 2", "channel_header.value 2.0"),
            ("UPDATE channel_header SET position = 1 WHERE channel_id = 2", "channel_header.value 2.1"),
        ]
    ) func `cannot be moved or replaced from outside`(sql: String, place: String) throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        for name in ["A", "B"] { _ = try Self.plant(store, name: name) }

        try Self.execute(sql, folder)

        let expected = StoreError.secretDamaged(path: folder.folder.configurationPath, place: place)
        #expect(throws: expected) { try store.load() }
    }

    // MARK: Older databases

    @Test func `are encrypted when a database of the first version is opened, and nothing plain is left`() throws {
        let folder = try TemporaryFolder()
        try FirstSchema.write(to: folder)
        for text in FirstSchema.kept + FirstSchema.deleted {
            #expect(try folder.files(with: text) != [], "\(text) is there before")
        }

        let store = try folder.store()

        for text in FirstSchema.kept + FirstSchema.deleted { #expect(try folder.files(with: text) == []) }
        let state = try store.load()
        #expect(state.revision == 8)
        #expect(state.channels.map(\.name) == ["A", "B"])
        #expect(Self.secrets(state.channels.first) == FirstSchema.kept)
    }

    @Test func `lose their traces later when somebody reads the database during the upgrade`() throws {
        let folder = try TemporaryFolder()
        try FirstSchema.write(to: folder)
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        let reader = try DatabaseQueue(path: folder.folder.configurationPath, configuration: configuration)

        try reader.read { db in
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM channel")
            #expect(Self.secrets(try folder.store().load().channels.first) == FirstSchema.kept)
        }
        #expect(try folder.files(with: FirstSchema.kept[0]) != [], "the reader still needed it")
        _ = try folder.store()

        for text in FirstSchema.kept + FirstSchema.deleted { #expect(try folder.files(with: text) == []) }
    }

    @Test func `of five hundred channels are loaded quickly`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let clock = ContinuousClock()

        let writing = try clock.measure {
            _ = try store.transaction { draft in
                for number in 0..<500 {
                    try draft.addChannel(name: "c\(number)", type: .openai, baseURL: "x") { channel in
                        channel.apiKey = Secret("sk-\(number)")
                        channel.headers = [.init(name: "x-a", value: Secret("v\(number)"))]
                    }
                }
            }
        }
        var count = 0
        let loading = try clock.measure { count = try store.load().channels.count }

        #expect(count == 500)
        print("500 channels: written in \(writing), loaded in \(loading)")
    }
}
