/// How the journal trades delay for work.
///
/// The defaults suit everybody; tests and benchmarks choose others.
public struct JournalTuning: Sendable, Hashable {
    /// How many records may wait for the disk; more are dropped and counted.
    public var capacity = 65_536
    /// How many records go into one transaction; as many waiting end the delay.
    public var batchSize = 1000
    /// How long a record may wait for others to share its transaction.
    public var delay: Duration = .milliseconds(100)
    /// The first pause after writing failed; it doubles from one failure to the next.
    public var firstRetry: Duration = .milliseconds(100)
    /// The longest pause after writing failed.
    public var longestRetry: Duration = .seconds(5)
    /// How often writing is tried again at shutdown.
    public var finalAttempts = 5
    /// The time from the start to the first removal of old rows.
    public var firstRetention: Duration = .seconds(60)
    /// The time between removals of old rows.
    public var retentionInterval: Duration = .seconds(3600)
    /// How many old rows are removed in one transaction.
    public var retentionBatch = 500

    /// The defaults.
    public init() {}

    /// The pause after a number of failures in a row.
    func pause(afterFailures count: Int) -> Duration {
        min(self.firstRetry * (1 << min(max(count - 1, 0), 16)), self.longestRetry)
    }
}
