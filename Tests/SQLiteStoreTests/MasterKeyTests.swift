import Administration
import Configuration
import Foundation
import SQLiteStore
import Testing

@Suite struct `The master key` {
    static let hex = String(repeating: "0aF9", count: 16)

    /// Adds a channel with a key, so that something is encrypted.
    static func plant(_ store: SQLiteConfigurationStore, name: String = "A") throws {
        _ = try store.transaction { draft in
            try draft.addChannel(name: name, type: .openai, baseURL: "a") { $0.apiKey = Secret("sk-\(name)") }
        }
    }

    static func keys(_ store: SQLiteConfigurationStore) throws -> [String] {
        try store.load().channels.map(\.apiKey.value)
    }

    // MARK: As text

    @Test func `is written as hexadecimal digits or as Base64`() throws {
        let bytes = Data((0..<32).map { _ in UInt8.random(in: 0...255) })
        let digits = bytes.map { String(format: "%02x", $0) }.joined()

        let keys = [digits, digits.uppercased(), bytes.base64EncodedString()].map { MasterKey(text: $0) }

        #expect(keys[0] != nil)
        #expect(keys.allSatisfy { $0 == keys[0] })
    }

    @Test(
        arguments: [
            "x", String(repeating: "0", count: 63), String(repeating: "g", count: 64),
            String(repeating: "A", count: 44),
            String(repeating: "0", count: 66), " " + Self.hex,
        ]
    ) func `is nothing else`(text: String) throws {
        let folder = try TemporaryFolder()

        #expect(throws: StoreError.masterKeyInvalid) { try folder.store(environment: [MasterKey.variable: text]) }

        #expect(MasterKey(text: text) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func `is in no description`() throws {
        let key = try #require(MasterKey(text: Self.hex))
        var dumped = ""
        dump(key, to: &dumped)

        for text in ["\(key)", String(reflecting: key), dumped] { #expect(text.contains("••••") && text.count < 20) }
    }

    // MARK: Where it is

    @Test func `is made for the user alone, and only once`() throws {
        let folder = try TemporaryFolder()
        try Self.plant(try folder.store())
        let key = folder.contents("master.key")

        let reopened = try folder.store()

        #expect(key?.count == 32)
        #expect(folder.contents("master.key") == key)
        #expect(try folder.mode(folder.folder.masterKeyPath) == 0o600)
        #expect(try Self.keys(reopened) == ["sk-A"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("master") }.count
                == 1
        )
    }

    @Test func `comes from the environment before the file, and then no file is made`() throws {
        let folder = try TemporaryFolder()
        let environment = [MasterKey.variable: Self.hex]
        try Self.plant(try folder.store(environment: environment))
        #expect(folder.contents("master.key") == nil)
        try Data(repeating: 7, count: 32).write(to: URL(filePath: folder.folder.masterKeyPath))

        let reopened = try folder.store(environment: environment)

        #expect(try Self.keys(reopened) == ["sk-A"])
        #expect(throws: StoreError.masterKeyWrong(path: folder.folder.configurationPath)) { try folder.store() }
    }

    @Test func `is in the file when the variable is empty`() throws {
        let folder = try TemporaryFolder()

        _ = try folder.store(environment: [MasterKey.variable: ""])

        #expect(folder.contents("master.key")?.count == 32)
    }

    @Test func `is found in a folder that is a link`() throws {
        let folder = try TemporaryFolder()
        let link = "\(folder.path)-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
        defer { try? FileManager.default.removeItem(atPath: link) }

        try Self.plant(try DataFolder(path: link).openConfiguration(environment: [:]))

        #expect(try Self.keys(try folder.store()) == ["sk-A"])
    }

    // MARK: At the same moment

    @Test func `is one when many make it at the same moment`() async throws {
        let folder = try TemporaryFolder()

        await withTaskGroup { group in
            for number in 0..<16 {
                group.addTask {
                    #expect(throws: Never.self) { try Self.plant(try folder.store(), name: "c\(number)") }
                }
            }
        }

        #expect(try Self.keys(try folder.store()).count == 16)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("master") }.count
                == 1
        )
    }
}
