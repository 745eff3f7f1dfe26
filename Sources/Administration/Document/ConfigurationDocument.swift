public import Configuration

/// What a configuration file states; product.md §9.
///
/// What the file leaves out is `nil` here and stays as it is stored.
public struct ConfigurationDocument: Sendable, Hashable {
    /// What is said about a value that has a default.
    public enum Stated<Value: Sendable & Hashable>: Sendable, Hashable {
        /// The file says `null`: back to the default.
        case standard
        /// The file gives the value.
        case value(Value)

        /// The value; `nil` is the default.
        var value: Value? {
            switch self {
            case .standard: nil
            case .value(let value): value
            }
        }
    }

    /// What is said about a channel.
    public struct ChannelStatement: Sendable, Hashable {
        /// The name that finds the channel, without case; its spelling is taken over.
        public var name: String
        /// `type`.
        public var type: APIType
        /// `base_url`.
        public var baseURL: String
        /// `api_key`.
        public var apiKey: Secret?
        /// `notes`.
        public var notes: String?
        /// `headers`, all of them.
        public var headers: [Channel.Header]?
        /// `proxy`.
        public var proxy: Channel.Proxy?
        /// `api_version`.
        public var apiVersion: Stated<String>?
        /// `connect_timeout`.
        public var connectTimeout: Stated<Duration>?
        /// `response_timeout`.
        public var responseTimeout: Stated<Duration>?
        /// `enabled`.
        public var isEnabled: Bool?
        /// `models`.
        public var models: [ModelStatement]?
    }

    /// What is said about one model of a channel.
    public struct ModelStatement: Sendable, Hashable {
        /// `model`, which finds the entry within its channel.
        public var model: String
        /// `name`: a second name for clients.
        public var displayName: Stated<String>?
        /// `kind`.
        public var kind: Stated<ModelKind>?
        /// `auto`.
        public var isInAuto: Bool?
        /// `enabled`.
        public var isEnabled: Bool?
    }

    /// What is said about an access key.
    public struct AccessKeyStatement: Sendable, Hashable {
        /// The name that finds the access key, without case; its spelling is taken over.
        public var name: String
        /// The digest of `key`, or `digest` itself; an access key that is not stored yet needs it.
        public var digest: AccessKey.Digest?
        /// The last characters of `key`, or `hint` itself.
        public var hint: String?
        /// `enabled`.
        public var isEnabled: Bool?
    }

    /// What is said about a setting.
    public struct SettingStatement: Sendable, Hashable {
        /// The name in files.
        public var name: String
        /// The value, as ``SettingDescriptor`` takes it.
        public var text: String
    }

    /// One place of AUTO order.
    public struct OrderStatement: Sendable, Hashable {
        /// The channel's name.
        public var channel: String
        /// The model.
        public var model: String
    }

    /// `channels`, in the order of the file; `nil` when the file has no such section.
    public var channels: [ChannelStatement]?
    /// `access_keys`; `nil` when the file has no such section.
    public var accessKeys: [AccessKeyStatement]?
    /// `settings`.
    public var settings: [SettingStatement]
    /// `order`: entries that come first in AUTO order, for orders that do not go channel by channel.
    public var order: [OrderStatement]

    /// Makes a document; what is left out says nothing.
    public init(
        channels: [ChannelStatement]? = nil,
        accessKeys: [AccessKeyStatement]? = nil,
        settings: [SettingStatement] = [],
        order: [OrderStatement] = []
    ) {
        self.channels = channels
        self.accessKeys = accessKeys
        self.settings = settings
        self.order = order
    }

    /// The largest file that is read, in bytes.
    public static let maximumSize = 4 * 1024 * 1024

    /// Reads a configuration file.
    ///
    /// `${NAME}` and `${NAME:-default}` in values stand for environment variables, `$$` for a dollar sign.
    ///
    /// - Parameters:
    ///   - yaml: The file's text; an empty one states nothing.
    ///   - environment: The variables that may be used.
    /// - Throws: ``ConfigurationDocumentError`` with everything that is wrong, not only the first.
    public init(yaml: String, environment: [String: String]) throws(ConfigurationDocumentError) {
        var reader = DocumentReader(environment: environment)
        self = try reader.read(yaml)
    }
}
