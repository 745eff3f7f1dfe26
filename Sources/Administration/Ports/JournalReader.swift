public import Relay

/// A request as the journal keeps it.
public struct JournalRow: Sendable, Hashable, Identifiable {
    /// The row's number; later rows have higher ones.
    public var id: Int64
    /// The request.
    public var record: RequestRecord

    /// Makes a row.
    public init(id: Int64, record: RequestRecord) {
        self.id = id
        self.record = record
    }
}

/// Which rows of the journal are wanted; what is `nil` does not restrict.
public struct JournalQuery: Sendable, Hashable {
    /// Hundreds of a status: `success` is 200 to 299.
    public enum StatusClass: Int, Sendable, Hashable, CaseIterable {
        /// 100 to 199.
        case informational = 1
        /// 200 to 299.
        case success
        /// 300 to 399.
        case redirection
        /// 400 to 499.
        case clientError
        /// 500 to 599.
        case serverError
    }

    /// How many rows at most; brought into 0 to 10,000 by the reader.
    public var limit: Int
    /// The model that was asked for or that answered, exactly.
    public var model: String?
    /// The channel's name at that time, compared without case.
    public var channel: String?
    /// The class of the status the client got.
    public var status: StatusClass?
    /// The earliest arrival, in milliseconds since 1970-01-01 UTC.
    public var since: Int64?
    /// Only rows before this one: the cursor for the next page.
    public var beforeID: Int64?

    /// Makes a query.
    public init(
        limit: Int = 50,
        model: String? = nil,
        channel: String? = nil,
        status: StatusClass? = nil,
        since: Int64? = nil,
        beforeID: Int64? = nil
    ) {
        self.limit = limit
        self.model = model
        self.channel = channel
        self.status = status
        self.since = since
        self.beforeID = beforeID
    }
}

/// Reads the journal, also while another process writes it.
public protocol JournalReader: Sendable {
    /// The newest rows that the query wants, newest first, with their attempts.
    ///
    /// - Throws: The store's own error when the journal cannot be read.
    func page(_ query: JournalQuery) throws -> [JournalRow]

    /// How many rows the query wants in all; its limit does not count.
    ///
    /// - Throws: The store's own error when the journal cannot be read.
    func count(_ query: JournalQuery) throws -> Int
}
