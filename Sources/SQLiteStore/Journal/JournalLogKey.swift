/// The metadata keys of this target's log lines.
enum JournalLogKey {
    /// The file.
    static let path = "journal.path"
    /// How many rows wait in memory.
    static let waiting = "journal.rows.waiting"
    /// How many rows were dropped.
    static let dropped = "journal.rows.dropped"
    /// How many rows the schema refused.
    static let refused = "journal.rows.refused"
    /// How many old rows were removed.
    static let removed = "journal.rows.removed"
    /// What went wrong.
    static let reason = "error.message"
}
