public import Configuration
public import GenerationModel

/// What the journal keeps of one request: one row, with its attempts beneath.
public struct RequestRecord: Sendable, Hashable {
    /// How a request ended.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// The client got a whole answer.
        case completed
        /// The gateway refused the request before any attempt: bad key, bad JSON, unknown path.
        case refused
        /// The client got an error: the caller's own fault, or no candidate answered.
        case failed
        /// The answer broke off after it had begun, and the client was told so.
        case cut
        /// The client left before the end.
        case clientGone = "client_gone"
    }

    /// The request's id, as in `x-request-id`.
    public var id: String
    /// When it arrived, in milliseconds since 1970-01-01 UTC.
    public var startedAt: Int64
    /// The name of the access key it came with; `nil` without one.
    public var accessKeyName: String?
    /// The method and path, without query: `POST /v1/chat/completions`.
    public var endpoint: String
    /// What the client spoke.
    public var inboundDialect: Dialect
    /// What the provider spoke; `nil` when none was asked.
    public var outboundDialect: Dialect?
    /// The model the client asked for; `auto` when it left the choice to the gateway.
    public var requestedModel: String
    /// The model that answered; `nil` when none did.
    public var servingModel: String?
    /// The channel that answered, or the last one tried.
    public var channelID: Channel.ID?
    /// Its name at that time.
    public var channelName: String?
    /// The entry that answered, or the last one tried.
    public var entryID: APIEntry.ID?
    /// Whether the client asked for a stream.
    public var isStream: Bool
    /// The status the client got; 499 when it had left.
    public var status: Int
    /// From arrival to end, in microseconds.
    public var totalMicroseconds: Int64
    /// From arrival to the first content, in microseconds; `nil` when there was none.
    public var firstTokenMicroseconds: Int64?
    /// What the provider counted.
    public var usage: TokenUsage
    /// How it ended.
    public var ending: Ending
    /// What went wrong, for people; holds no key and no prompt.
    public var error: String?
    /// The attempts, in order.
    public var attempts: [AttemptRecord]

    /// Makes the record of a request that has just arrived; everything else is filled in on the way.
    public init(id: String, startedAt: Int64, endpoint: String, inboundDialect: Dialect) {
        self.id = id
        self.startedAt = startedAt
        self.endpoint = endpoint
        self.inboundDialect = inboundDialect
        self.requestedModel = ""
        self.isStream = false
        self.status = 0
        self.totalMicroseconds = 0
        self.usage = TokenUsage()
        self.ending = .refused
        self.attempts = []
    }

    /// How people see the model: `(auto)REAL-MODEL` when the client asked for `auto`.
    public var displayedModel: String {
        guard self.requestedModel == "auto" else { return self.servingModel ?? self.requestedModel }
        return "(auto)\(self.servingModel ?? "")"
    }
}

/// One try at one entry.
public struct AttemptRecord: Sendable, Hashable {
    /// The channel's number.
    public var channelID: Channel.ID
    /// The channel's name at that time.
    public var channelName: String
    /// The entry's number.
    public var entryID: APIEntry.ID
    /// The model's name at the provider.
    public var model: String
    /// From the request's arrival to the start of the attempt, in microseconds.
    public var startMicroseconds: Int64
    /// From the attempt's start to its end, in microseconds.
    public var durationMicroseconds: Int64
    /// The provider's status; `nil` when no head came.
    public var status: Int?
    /// `ok`, or the failure class (`transient`, `rate_limited`, …), or `client_gone`.
    public var outcome: String
    /// What went wrong, for people; holds no key and no prompt.
    public var detail: String?

    /// Makes the record of an attempt.
    public init(
        channelID: Channel.ID,
        channelName: String,
        entryID: APIEntry.ID,
        model: String,
        startMicroseconds: Int64,
        durationMicroseconds: Int64 = 0,
        status: Int? = nil,
        outcome: String = "",
        detail: String? = nil
    ) {
        self.channelID = channelID
        self.channelName = channelName
        self.entryID = entryID
        self.model = model
        self.startMicroseconds = startMicroseconds
        self.durationMicroseconds = durationMicroseconds
        self.status = status
        self.outcome = outcome
        self.detail = detail
    }
}

/// Where records of finished requests go.
public protocol RequestJournal: Sendable {
    /// Takes a record; returns at once and never fails the request.
    func append(_ record: RequestRecord)
}
