import Administration
import Configuration
import Foundation
import SQLiteStore
import Testing

@Suite struct `Changing the master key` {
    private typealias Key = `The master key`

    private static func key(_ byte: UInt8) throws -> MasterKey {
        try #require(MasterKey(text: Data(repeating: byte, count: 32).base64EncodedString()))
    }

    /// A folder with an encrypted key, and its open store.
    private static func make() throws -> (TemporaryFolder, SQLiteConfigurationStore) {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try Key.plant(store)
        return (folder, store)
    }

    private static func write(_ byte: UInt8, _ path: String) throws {
        try Data(repeating: byte, count: 32).write(to: URL(filePath: path))
    }

    @Test func `encrypts everything anew, and leaves nothing of the old key`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        _ = try store.transaction { draft in
            try draft.addChannel(name: "A", type: .openai, baseURL: "a") { channel in
                channel.apiKey = Secret("sk-a")
                channel.headers = [.init(name: "x-a", value: Secret("1")), .init(name: "x-b", value: Secret(""))]
                channel.proxy = .url(Secret("http://p:1"))
            }
        }
        let state = try store.load()
        let lines = try #require(folder.contents("config.db-wal").map { String(decoding: $0, as: UTF8.self) })
        let former = lines.matches(of: /enc1:[A-Za-z0-9+\/=]{40,}/).map { String($0.output) }

        try store.rotate(to: try Self.key(1))

        #expect(former.count >= 3)
        for text in Set(former) { #expect(try folder.files(with: text) == []) }
        #expect(try store.load() == state)
        try Key.plant(store, name: "B")
        let environment = [MasterKey.variable: String(repeating: "01", count: 32)]
        #expect(try folder.store(environment: environment).load().channels.count == 2)
        #expect(throws: StoreError.masterKeyWrong(path: folder.folder.configurationPath)) { try folder.store() }
    }

    @Test func `refuses others that have the old key`() throws {
        let (folder, store) = try Self.make()
        let other = try folder.store()

        try store.rotate(to: .random())

        let error = StoreError.masterKeyWrong(path: folder.folder.configurationPath)
        #expect(throws: error) { try other.load() }
        #expect(throws: error) { try Key.plant(other, name: "B") }
        #expect(throws: error) { try other.rotate(to: .random()) }
    }

    @Test func `replaces the file`() throws {
        let (folder, store) = try Self.make()
        let former = folder.contents("master.key")
        let lock = try InstanceLock.acquire(folder.folder, startedAt: 0)

        try folder.folder.rotateMasterKey(of: store, holding: lock)
        try folder.folder.rotateMasterKey(of: store, to: try Self.key(2), holding: lock)

        #expect(former != folder.contents("master.key"))
        #expect(folder.contents("master.key") == Data(repeating: 2, count: 32))
        #expect(folder.contents("master.key.new") == nil)
        #expect(try folder.mode(folder.folder.masterKeyPath) == 0o600)
        #expect(try Key.keys(store) == ["sk-A"])
        #expect(try Key.keys(try folder.store()) == ["sk-A"])
    }

    @Test func `does not replace a file that is not the key in use`() throws {
        let (folder, store) = try Self.make()
        try Self.write(9, folder.folder.masterKeyPath)
        let lock = try InstanceLock.acquire(folder.folder, startedAt: 0)

        #expect(throws: StoreError.masterKeyWrong(path: folder.folder.configurationPath)) {
            try folder.folder.rotateMasterKey(of: store, holding: lock)
        }

        #expect(folder.contents("master.key") == Data(repeating: 9, count: 32))
        #expect(folder.contents("master.key.new") == nil)
        #expect(try Key.keys(store) == ["sk-A"])
    }

    // MARK: Cut short

    @Test func `goes on with the old key when it was cut short before the database`() throws {
        let (folder, store) = try Self.make()
        let former = folder.contents("master.key")
        try Self.write(1, folder.folder.nextMasterKeyPath)
        try store.close()

        let reopened = try folder.store()

        #expect(try Key.keys(reopened) == ["sk-A"])
        #expect(folder.contents("master.key") == former)
        let lock = try InstanceLock.acquire(folder.folder, startedAt: 0)
        try folder.folder.rotateMasterKey(of: reopened, to: try Self.key(2), holding: lock)
        #expect(folder.contents("master.key") == Data(repeating: 2, count: 32))
        #expect(folder.contents("master.key.new") == nil)
    }

    @Test(arguments: [false, true])
    func `takes the new key when it was cut short after the database`(isOldGone: Bool) throws {
        let (folder, store) = try Self.make()
        try Self.write(1, folder.folder.nextMasterKeyPath)
        try store.rotate(to: try Self.key(1))
        try store.close()
        if isOldGone { try FileManager.default.removeItem(atPath: folder.folder.masterKeyPath) }

        let keys = try (0..<2).map { _ in try Key.keys(try folder.store()) }

        #expect(keys == [["sk-A"], ["sk-A"]])
        #expect(folder.contents("master.key") == Data(repeating: 1, count: 32))
        #expect(folder.contents("master.key.new") == nil)
    }

    @Test func `asks for the key when only one that fits nothing is left`() throws {
        let (folder, store) = try Self.make()
        try store.close()
        try FileManager.default.removeItem(atPath: folder.folder.masterKeyPath)
        try Self.write(1, folder.folder.nextMasterKeyPath)

        let error = #expect(throws: StoreError.self) { try folder.store() }

        #expect(
            error == .masterKeyMissing(path: folder.folder.masterKeyPath, database: folder.folder.configurationPath)
        )
        #expect(folder.contents("master.key.new") == Data(repeating: 1, count: 32))
    }

    @Test func `is not damaged by half a key that another process left`() throws {
        let (folder, store) = try Self.make()
        let former = folder.contents("master.key")
        // A process that died right after it gave the first key its name: one file with two names.
        try FileManager.default.linkItem(
            atPath: folder.folder.masterKeyPath,
            toPath: "\(folder.folder.masterKeyPath).tmp"
        )
        try store.rotate(to: try Self.key(1))
        let lock = try InstanceLock.acquire(folder.folder, startedAt: 0)

        #expect(throws: StoreError.self) { try folder.folder.rotateMasterKey(of: store, holding: lock) }
        #expect(folder.contents("master.key") == former)
        try Self.write(1, folder.folder.nextMasterKeyPath)
        let reopened = try folder.store()
        try folder.folder.rotateMasterKey(of: reopened, holding: lock)

        #expect(try Key.keys(try folder.store()) == ["sk-A"])
    }
}
