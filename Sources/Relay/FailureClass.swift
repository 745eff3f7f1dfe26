public import Routing

/// What went wrong with an attempt.
///
/// One table, ``disposition``, decides what follows; `resilience.md`, failure classes.
public enum FailureClass: String, Sendable, Hashable, CaseIterable {
    /// The request itself is at fault; no provider would take it.
    case callerFault = "caller_fault"
    /// The conversation is longer than the model's window.
    case contextTooLong = "context_too_long"
    /// The provider's content rules forbid it.
    case contentPolicy = "content_policy"
    /// The provider refused the channel's key.
    case keyRejected = "key_rejected"
    /// The account is empty.
    case outOfCredit = "out_of_credit"
    /// The provider asked to come back later.
    case rateLimited = "rate_limited"
    /// The provider or the network failed in a way that may pass.
    case transient
    /// Nothing came in the time allowed.
    case silent
    /// A connection that waited for its next call had been closed by the provider; the call never arrived.
    case staleConnection = "stale_connection"
    /// The provider does not have the model.
    case modelGone = "model_gone"
    /// A success that is none: HTML, no JSON, nothing, or an error in place of the answer.
    case badAnswer = "bad_answer"
    /// The answer broke off after it had begun.
    case cut

    /// What follows from a failure.
    public struct Disposition: Sendable, Hashable {
        /// Whether the same entry gets another try.
        public enum Retry: Sendable, Hashable {
            /// Never.
            case never
            /// Once, if the provider says that it takes no longer than ``maximumInlineWait``.
            case whenToldSoon
            /// Once, after a short random pause, or when the provider says; not if it says that it takes longer.
            case once
            /// At once, and it does not count.
            case free
        }

        /// Who takes no part for a while.
        public enum Cooling: Sendable, Hashable {
            /// Nobody.
            case nothing
            /// The entry.
            case entry(CooldownReason.Kind)
            /// All entries of the channel.
            case channel(CooldownReason.Kind)
        }

        /// Whether the same entry gets another try.
        public var retry: Retry
        /// Whether the next candidate is tried.
        public var triesNext: Bool
        /// Who takes no part for a while.
        public var cooling: Cooling
    }

    /// A provider that says to come back within this time gets the wait; the client sees nothing.
    public static let maximumInlineWait: Duration = .seconds(3)

    /// What follows from a failure of this class.
    public var disposition: Disposition {
        switch self {
        case .callerFault: Disposition(retry: .never, triesNext: false, cooling: .nothing)
        case .contextTooLong: Disposition(retry: .never, triesNext: true, cooling: .nothing)
        case .contentPolicy: Disposition(retry: .never, triesNext: false, cooling: .nothing)
        case .keyRejected: Disposition(retry: .never, triesNext: true, cooling: .channel(.keyRejected))
        case .outOfCredit: Disposition(retry: .never, triesNext: true, cooling: .channel(.outOfCredit))
        case .rateLimited: Disposition(retry: .whenToldSoon, triesNext: true, cooling: .entry(.rateLimited))
        case .transient: Disposition(retry: .once, triesNext: true, cooling: .entry(.transient))
        case .silent: Disposition(retry: .never, triesNext: true, cooling: .entry(.transient))
        case .staleConnection: Disposition(retry: .free, triesNext: true, cooling: .nothing)
        case .modelGone: Disposition(retry: .never, triesNext: true, cooling: .entry(.modelGone))
        case .badAnswer: Disposition(retry: .never, triesNext: true, cooling: .entry(.badAnswer))
        case .cut: Disposition(retry: .never, triesNext: true, cooling: .entry(.cut))
        }
    }
}
