public import Configuration

/// Keeps the configuration.
///
/// Laws: a transaction sees the state that every earlier one left, also those of other processes; it is applied whole
/// or not at all; what ``load()`` returns is what the last transaction returned.
public protocol ConfigurationStore: Sendable {
    /// The state now.
    ///
    /// - Throws: The store's own error when the state cannot be read.
    func load() throws -> Configuration

    /// Changes the state.
    ///
    /// The change is applied to the current state while nobody else can write. When it leaves something different, the
    /// revision rises by one; when it throws, nothing is written.
    ///
    /// - Parameter change: A pure function; it must not use the store.
    /// - Returns: What the change returned, and the state it left.
    /// - Throws: What the change throws, or the store's own error when the state cannot be read or written.
    func transaction<Result>(
        _ change: (inout ConfigurationDraft) throws -> Result
    ) throws -> (result: Result, configuration: Configuration)
}
