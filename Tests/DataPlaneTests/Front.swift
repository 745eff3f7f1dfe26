import DataPlane
import NIOCore
import NIOPosix
import Relay

/// A data plane that listens on a port of its own, with one scripted provider behind it.
struct Front: Sendable {
    let group: MultiThreadedEventLoopGroup
    let server: DataPlaneServer
    let listener: any Channel
    let provider: ScriptedProvider
    let journal: RecordingJournal

    /// Runs a test against a fresh data plane and takes it down afterwards.
    static func run(
        _ limits: DataPlaneLimits = DataPlaneLimits(),
        _ body: (Front) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let outcome: Result<Void, any Error>
        do {
            try await body(Self.start(limits, group))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await group.shutdownGracefully()
        try outcome.get()
    }

    private static func start(_ limits: DataPlaneLimits, _ group: MultiThreadedEventLoopGroup) async throws -> Front {
        let provider = try await ScriptedProvider.start(on: group)
        let journal = RecordingJournal()
        let server = try await DataPlaneServer.make(
            group: group,
            services: Fixtures.services(journal),
            limits: limits,
            snapshot: Fixtures.snapshot(port: provider.port)
        )
        let listener = try await server.listen(host: "127.0.0.1", port: 0)
        return Front(group: group, server: server, listener: listener, provider: provider, journal: journal)
    }

    var port: Int { self.listener.localAddress?.port ?? 0 }

    func connect() async throws -> Wire { try await Wire.connect(port: self.port, on: self.group) }

    /// Sends a request over a new connection and waits until it is at the provider.
    func ask(isStream: Bool = false) async throws -> (client: Wire, provider: Wire) {
        let client = try await self.connect()
        client.send(Fixtures.request(isStream: isStream))
        let provider = try await self.provider.nextConnection()
        _ = try await provider.readMessage()
        return (client, provider)
    }

    /// Lets one request succeed, so that a connection to the provider waits in the pool.
    func warmUp() async throws -> (client: Wire, provider: Wire) {
        let (client, provider) = try await self.ask()
        provider.send(Fixtures.answer())
        _ = try await client.readMessage()
        return (client, provider)
    }
}
