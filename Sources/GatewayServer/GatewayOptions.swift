/// How a gateway is started; what is `nil` comes from the configuration.
public struct GatewayOptions: Sendable {
    /// Where the state lives; `nil` is the user's own data folder.
    public var dataDirectory: String?
    /// A configuration file that is applied at start.
    public var configurationFile: String?
    /// The address to listen on; wins over the configuration.
    public var host: String?
    /// The port to listen on; wins over the configuration.
    public var port: Int?
    /// Event loops; `nil` is one for each processor, at most four.
    public var threads: Int?
    /// The environment of the process.
    public var environment: [String: String]

    /// Collects options.
    public init(
        dataDirectory: String? = nil,
        configurationFile: String? = nil,
        host: String? = nil,
        port: Int? = nil,
        threads: Int? = nil,
        environment: [String: String]
    ) {
        self.dataDirectory = dataDirectory
        self.configurationFile = configurationFile
        self.host = host
        self.port = port
        self.threads = threads
        self.environment = environment
    }
}
