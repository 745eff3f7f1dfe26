/// One provider account.
public struct Channel: Sendable, Hashable, Identifiable {
    /// Names a channel for as long as it exists; never used twice.
    public struct ID: Sendable, Hashable, Comparable, RawRepresentable {
        /// The number in the store.
        public var rawValue: Int64
        /// Wraps a number.
        public init(rawValue: Int64) { self.rawValue = rawValue }
        /// Orders by age.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// One header that is added to every call of the channel.
    public struct Header: Sendable, Hashable {
        /// The field name.
        public var name: String
        /// The field value; kept like a key, since people put keys here.
        public var value: Secret
        /// Makes a header.
        public init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    /// How the channel's service is reached.
    public enum Proxy: Sendable, Hashable {
        /// As `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
        case environment
        /// Never through a proxy.
        case none
        /// Through this proxy: `http://`, `socks5://` or `socks5h://`, with `user:password@` if it wants them.
        case url(Secret)
    }

    /// The channel's number.
    public var id: ID
    /// What people call it; unique, compared without case.
    public var name: String
    /// How the service is called.
    public var type: APIType
    /// The address as the user typed it.
    public var baseURL: String
    /// The account's key; empty when the service needs none.
    public var apiKey: Secret
    /// Free text for the user.
    public var notes: String
    /// Headers added to every call, in order; they win over the gateway's own.
    public var headers: [Header]
    /// How the service is reached.
    public var proxy: Proxy
    /// The `api-version` of Azure calls; `nil` is the built-in default.
    public var apiVersion: String?
    /// How long a connection may take to open; `nil` is the gateway's setting.
    public var connectTimeout: Duration?
    /// How long the service may be silent before the first byte of its answer; `nil` is the gateway's setting.
    public var responseTimeout: Duration?
    /// The user's switch.
    public var isEnabled: Bool

    /// Makes a channel; what is left out has the default of a new one.
    public init(
        id: ID,
        name: String,
        type: APIType,
        baseURL: String,
        apiKey: Secret = Secret(""),
        notes: String = "",
        headers: [Header] = [],
        proxy: Proxy = .environment,
        apiVersion: String? = nil,
        connectTimeout: Duration? = nil,
        responseTimeout: Duration? = nil,
        isEnabled: Bool = true
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.notes = notes
        self.headers = headers
        self.proxy = proxy
        self.apiVersion = apiVersion
        self.connectTimeout = connectTimeout
        self.responseTimeout = responseTimeout
        self.isEnabled = isEnabled
    }
}
