public import Configuration

/// Why a change of the configuration is refused.
public enum ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What a name or a number belongs to.
    public enum Subject: String, Sendable, Hashable {
        /// A channel.
        case channel
        /// An entry.
        case entry
        /// An access key.
        case accessKey = "access key"
    }

    /// A text or number breaks a rule; `owner` is the name of what it belongs to, `expected` says what is allowed.
    case invalid(Subject, owner: String, field: String, expected: String)
    /// Another one has the name already; names are compared without case.
    case nameTaken(Subject, name: String)
    /// The channel has an entry for the model already.
    case modelTaken(channel: String, model: String)
    /// Another access key has the same key.
    case keyTaken(name: String, by: String)
    /// A new access key was stated without its key.
    case keyMissing(name: String)
    /// Nothing has the number.
    case unknown(Subject, id: Int64)
    /// Nothing has the name.
    case notFound(Subject, name: String)
    /// A setting has a value outside its range.
    case setting(SettingError)
    /// There is no setting of the name.
    case unknownSetting(name: String)

    /// What is wrong, and what to do about it; holds no key.
    public var description: String {
        switch self {
        case .invalid(let subject, let owner, let field, let expected):
            "\(field) of \(subject.rawValue) '\(owner)' must be \(expected)"
        case .nameTaken(let subject, let name):
            "there is already \(subject == .channel ? "a" : "an") \(subject.rawValue) named '\(name)'; choose another name (case does not count)"
        case .modelTaken(let channel, let model):
            "channel '\(channel)' already has an entry for model '\(model)'; change that one instead"
        case .keyTaken(let name, let other):
            "access key '\(name)' is the same key as '\(other)'; give each access key its own key"
        case .keyMissing(let name):
            "access key '\(name)' does not exist yet, so it needs its key: add 'key' or 'digest'"
        case .unknown(let subject, let id):
            "there is no \(subject.rawValue) with number \(id); list them to see which exist"
        case .notFound(let subject, let name):
            "there is no \(subject.rawValue) named '\(name)'; list them to see which exist"
        case .setting(let error): error.description
        case .unknownSetting(let name):
            "there is no setting named '\(name)'"
                + (NearMiss.suggestion(for: name, among: SettingDescriptor.all.map(\.name)) ?? "")
        }
    }

}
