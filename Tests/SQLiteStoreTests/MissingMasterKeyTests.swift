import Administration
import Configuration
import Foundation
import SQLiteStore
import Testing

@Suite struct `A master key that is missing or wrong` {
    private typealias Key = `The master key`

    @Test func `is asked for when it is missing and something is encrypted, with nothing touched`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try Key.plant(store)
        try store.close()
        let key = try #require(folder.contents("master.key"))
        let database = folder.contents("config.db")
        try FileManager.default.removeItem(atPath: folder.folder.masterKeyPath)

        let error = #expect(throws: StoreError.self) { try folder.store() }

        let (path, config) = (folder.folder.masterKeyPath, folder.folder.configurationPath)
        #expect(error == .masterKeyMissing(path: path, database: config))
        for word in [path, "Restore", "backup", MasterKey.variable, "nothing was touched"] {
            #expect(error?.description.contains(word) == true)
        }
        #expect(folder.contents("master.key") == nil)
        #expect(folder.contents("config.db") == database)
        let environment = [MasterKey.variable: key.base64EncodedString()]
        #expect(try Key.keys(try folder.store(environment: environment)) == ["sk-A"])
    }

    @Test func `is refused when it is another one, with nothing touched`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try Key.plant(store)
        try store.close()
        let (database, wrong) = (folder.contents("config.db"), Data(repeating: 1, count: 32))
        try wrong.write(to: URL(filePath: folder.folder.masterKeyPath))

        let error = #expect(throws: StoreError.self) { try folder.store() }

        #expect(error == .masterKeyWrong(path: folder.folder.configurationPath))
        for word in ["Restore", "backup", MasterKey.variable, "nothing was touched"] {
            #expect(error?.description.contains(word) == true)
        }
        #expect(folder.contents("config.db") == database)
        #expect(folder.contents("master.key") == wrong)
    }

    @Test(arguments: [0, 31, 33]) func `is refused when its file is damaged`(size: Int) throws {
        let folder = try TemporaryFolder()
        try Data(count: size).write(to: URL(filePath: folder.folder.masterKeyPath))

        #expect(throws: StoreError.masterKeyDamaged(path: folder.folder.masterKeyPath)) { try folder.store() }

        #expect(folder.contents("master.key") == Data(count: size))
        #expect(folder.contents("config.db") == nil)
    }

    @Test func `is made anew when it is missing and nothing is encrypted`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try Key.plant(store)
        _ = try store.transaction { try $0.removeChannel($0.channels[0].id) }
        try store.close()
        let former = folder.contents("master.key")
        try FileManager.default.removeItem(atPath: folder.folder.masterKeyPath)

        try Key.plant(try folder.store(), name: "B")

        #expect(folder.contents("master.key") != former)
        #expect(try Key.keys(try folder.store()) == ["sk-B"])
    }

    @Test func `is not made beside a database that cannot be used`() throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 65, count: 5000).write(to: URL(filePath: folder.folder.configurationPath))

        #expect(throws: StoreError.self) { try folder.store() }

        #expect(folder.contents("master.key") == nil)
    }

    @Test func `of whoever encrypts first is the one, and the other writes nothing`() throws {
        let folder = try TemporaryFolder()
        let first = try folder.store()
        let second = try folder.store(environment: [MasterKey.variable: Key.hex])

        try Key.plant(second)

        let error = StoreError.masterKeyWrong(path: folder.folder.configurationPath)
        #expect(throws: error) { try Key.plant(first, name: "B") }
        #expect(throws: error) { try first.load() }
        #expect(try Key.keys(second) == ["sk-A"])
    }
}
