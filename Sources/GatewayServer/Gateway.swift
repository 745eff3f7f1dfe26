import Administration
public import Configuration
import DataPlane
public import Logging
import NIOCore
import NIOPosix
import Relay
import Routing
import SQLiteStore
import ServiceLifecycle
import UnixSignals

/// The composition root: the only place that knows everything.
///
/// It opens the state, listens, and runs the services that belong together until a signal says stop.
public struct Gateway: Sendable {
    /// What the gateway says once it listens.
    public struct Started: Sendable {
        /// Where clients reach it: `http://127.0.0.1:9090`.
        public var url: String
        /// The folder with its state.
        public var dataFolder: String
        /// The configuration it serves with.
        public var configuration: Configuration
        /// What the configuration file changed, in words.
        public var changes: [String]
    }

    private let options: GatewayOptions
    private let logger: Logger

    /// Prepares a gateway; nothing is opened yet.
    public init(options: GatewayOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Runs the gateway until SIGTERM or SIGINT; SIGHUP makes it read its configuration again.
    ///
    /// - Parameter onStart: Called once it listens.
    /// - Throws: ``ConfigurationFile/Unusable``, `DataPlaneServer.BindError`, and the store's errors: another gateway on the same
    ///   folder, a database that cannot be read. All of them say what to do.
    public func run(onStart: @escaping @Sendable (Started) -> Void) async throws {
        ProcessLimits.raiseOpenFiles()
        // The lock names this process before it listens to signals; a change made meanwhile must not end it.
        ProcessLimits.ignoreReloadSignal()
        let document = try self.options.configurationFile.map {
            try ConfigurationFile.read($0, environment: self.options.environment)
        }
        let folder = try DataFolder.resolve(option: self.options.dataDirectory, environment: self.options.environment)
        for notice in try folder.prepare() {
            self.logger.notice("data folder", metadata: ["store.notice": "\(notice)"])
        }
        let lock = try InstanceLock.acquire(folder, startedAt: WallClock.milliseconds())
        defer { lock.release() }
        let store = try folder.openConfiguration(environment: self.options.environment)
        let changes = try Self.apply(document, to: store)
        let healthWriter = HealthWriter(store: store, logger: self.logger)
        let board = HealthBoard(try Self.ledger(store)) { healthWriter.note($0) }
        let live = LiveConfiguration(
            try store.load(),
            store: store,
            host: self.options.host,
            port: self.options.port,
            health: board
        )
        let journal = try SQLiteJournal(
            path: folder.journalPath,
            retentionDays: { live.current.settings.logRetentionDays },
            logger: self.logger
        )
        let threads = self.options.threads ?? min(4, ProcessLimits.processorCount)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let server = try await DataPlaneServer.make(
            group: group,
            services: self.services(health: board, journal: journal),
            snapshot: live.snapshot()
        )
        let front = FrontService(server: server, live: live, logger: self.logger) { url, isFirst in
            try lock.update(address: url)
            guard isFirst else { return }
            onStart(Started(url: url, dataFolder: folder.path, configuration: live.current, changes: changes))
        }
        let services = ServiceGroup(
            configuration: .init(
                services: [.init(service: journal), .init(service: healthWriter), .init(service: front)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: self.quietLogger
            )
        )
        try await services.run()
        try await group.shutdownGracefully()
    }

    /// The service group's own remarks are of no use to a user.
    private var quietLogger: Logger {
        var logger = self.logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private static func apply(_ document: ConfigurationDocument?, to store: SQLiteConfigurationStore) throws -> [String]
    {
        guard let document else { return [] }
        return try store.transaction { draft in
            try ConfigurationApplier.apply(document, to: &draft, prune: false)
        }.result.map(\.description)
    }

    private func services(health: HealthBoard, journal: SQLiteJournal) -> DataPlaneServices {
        let proxies = ProxyEnvironment(self.options.environment)
        for problem in proxies.problems {
            self.logger.warning("proxy ignored", metadata: ["proxy.problem": "\(problem)"])
        }
        return DataPlaneServices(
            health: health,
            journal: RequestLog(journal: journal, logger: self.logger),
            wallClock: WallClock.milliseconds,
            digest: { AccessKey.Digest(of: $0) },
            proxies: proxies,
            extraCertificates: self.options.environment["SSL_CERT_FILE"],
            version: GatewayVersion.current
        )
    }

    /// The cooldowns that a former run left.
    private static func ledger(_ store: SQLiteConfigurationStore) throws -> HealthLedger {
        var ledger = HealthLedger()
        let now = MonotonicInstant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
        for cooldown in try store.loadCooldowns() {
            _ = ledger.cool(cooldown.entryID, for: cooldown.remaining, reason: cooldown.reason, at: now)
        }
        return ledger
    }
}
