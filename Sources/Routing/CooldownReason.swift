/// Why an entry takes no part in routing.
public struct CooldownReason: Sendable, Hashable {
    /// What kind of failure it was.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The provider refused the channel's key.
        case keyRejected = "key_rejected"
        /// The account is empty.
        case outOfCredit = "out_of_credit"
        /// The provider asked to come back later.
        case rateLimited = "rate_limited"
        /// The provider or the network failed.
        case transient
        /// The provider no longer has the model.
        case modelGone = "model_gone"
        /// What came back was not an answer.
        case badAnswer = "bad_answer"
        /// The answer broke off.
        case cut
    }

    /// What kind of failure it was.
    public var kind: Kind
    /// The HTTP status, when there was one.
    public var status: Int?
    /// What happened, for people; holds no key.
    public var detail: String

    /// Makes a reason.
    public init(kind: Kind, status: Int? = nil, detail: String) {
        self.kind = kind
        self.status = status
        self.detail = detail
    }
}
