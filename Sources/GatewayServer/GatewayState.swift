public import Administration
import Configuration
import Routing
import SQLiteStore
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The state of a gateway as commands see it, whether the gateway runs or not.
public struct GatewayState: Sendable {
    /// What a change of the configuration did.
    public struct Outcome: Sendable {
        /// The changes in words; empty when there was nothing to change.
        public var changes: [String]
        /// The configuration's revision afterwards.
        public var revision: Int64
        /// Whether a running gateway was told.
        public var isGatewayNotified: Bool
    }

    private let folder: DataFolder
    let store: SQLiteConfigurationStore

    /// Opens the state.
    ///
    /// - Parameters:
    ///   - directory: The data folder; `nil` is the user's own.
    ///   - environment: The environment of the process.
    /// - Returns: The state.
    /// - Throws: The store's errors; they say what to do.
    public static func open(_ directory: String?, environment: [String: String]) throws -> GatewayState {
        let folder = try DataFolder.resolve(option: directory, environment: environment)
        _ = try folder.prepare()
        return GatewayState(folder: folder, store: try folder.openConfiguration(environment: environment))
    }

    /// Applies a configuration file, and has a running gateway take it over.
    ///
    /// - Throws: ``ConfigurationFile/Unusable`` before anything was changed, or the store's errors.
    public func apply(file: String, environment: [String: String], prune: Bool) throws -> Outcome {
        let document = try ConfigurationFile.read(file, environment: environment)
        return try self.edit { draft in
            try ConfigurationApplier.apply(document, to: &draft, prune: prune)
        }.outcome
    }

    /// The configuration as a file that `apply` takes.
    public func export(includeKeys: Bool) throws -> String {
        try ConfigurationExporter.export(try self.store.load(), includeKeys: includeKeys)
    }

    /// The last requests, newest first.
    public func requests(_ query: JournalQuery) throws -> [JournalRow] {
        try self.journal { try $0.page(query) } ?? []
    }

    /// How the gateway and its entries are.
    public func status() throws -> GatewayStatus {
        let holder = try InstanceLock.holder(of: self.folder)
        return GatewayStatus(
            configuration: try self.store.load(),
            cooldowns: try self.store.loadCooldowns(),
            dataFolder: self.folder.path,
            isRunning: holder != nil,
            processID: holder?.pid.map(Int.init),
            url: holder?.address,
            requestCount: try self.journal { try $0.count(JournalQuery()) } ?? 0
        )
    }

    /// Reads the journal; `nil` in a folder that no gateway ever ran on.
    private func journal<Result>(_ read: (SQLiteJournalReader) throws -> Result) throws -> Result? {
        do {
            return try read(SQLiteJournalReader(path: self.folder.journalPath))
        } catch StoreError.missing {
            return nil
        }
    }

    /// Tells a running gateway to read its configuration again.
    func notify() throws -> Bool {
        guard let process = try InstanceLock.holder(of: self.folder)?.pid else { return false }
        return kill(process, SIGHUP) == 0
    }
}
