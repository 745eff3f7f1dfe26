public import Administration
public import Configuration
import SQLiteStore

extension GatewayState {
    /// The configuration as it is stored now.
    ///
    /// - Throws: The store's errors; they say what to do.
    public func configuration() throws -> Configuration { try self.store.load() }

    /// Changes the configuration in one transaction, and has a running gateway take it over.
    ///
    /// - Parameter change: A pure function; it must not use the state. Nobody else can write while it runs.
    /// - Returns: What the change returned, and what is different now.
    /// - Throws: What the change throws, with nothing changed then, or the store's errors.
    public func edit<Result>(
        _ change: (inout ConfigurationDraft) throws -> Result
    ) throws -> (result: Result, outcome: Outcome) {
        let (edit, configuration) = try self.store.transaction { draft in
            let before = draft.configuration
            let result = try change(&draft)
            return (result: result, changes: ConfigurationChange.changes(from: before, to: draft.configuration))
        }
        let outcome = Outcome(
            changes: edit.changes.map(\.description),
            revision: configuration.revision,
            isGatewayNotified: try edit.changes.isEmpty ? false : self.notify()
        )
        return (edit.result, outcome)
    }
}
