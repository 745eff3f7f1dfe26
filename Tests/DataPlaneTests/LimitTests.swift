import DataPlane
import Relay
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Limits of time` {
    private static let short: Duration = .milliseconds(50)

    @Test func `a head that dribbles is refused and the connection closed`() async throws {
        var limits = DataPlaneLimits()
        limits.headTimeout = Self.short
        try await Front.run(limits) { front in
            let client = try await front.connect()
            client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-slow: ")

            let answer = try await client.readToEnd()

            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("connection: close"))
        }
    }

    @Test func `a head that dribbles behind a served request is refused as well`() async throws {
        var limits = DataPlaneLimits()
        limits.headTimeout = Self.short
        try await Front.run(limits) { front in
            let client = try await front.connect()
            client.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\nGET /hea")

            let first = try await client.readMessage()
            let second = try await client.readToEnd()

            #expect(first.hasPrefix("HTTP/1.1 200 "))
            #expect(second.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test(arguments: ["content-length: 10\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n5\r\n{"])
    func `a body that dribbles is refused and the connection closed`(rest: String) async throws {
        var limits = DataPlaneLimits()
        limits.bodyTimeout = Self.short
        try await Front.run(limits) { front in
            let client = try await front.connect()
            client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n\(rest)")

            let answer = try await client.readToEnd()

            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(front.provider.connectionCount == 0)
            #expect(front.journal.records.map(\.status) == [408])
        }
    }

    @Test func `a client connection without a request is closed without a word`() async throws {
        var limits = DataPlaneLimits()
        limits.idleTimeout = Self.short
        try await Front.run(limits) { front in
            let fresh = try await front.connect()
            let used = try await front.connect()
            used.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            _ = try await used.readMessage()

            #expect(try await fresh.readToEnd().isEmpty)
            #expect(try await used.readToEnd().isEmpty)
        }
    }

    @Test func `a request that is being served is not idle`() async throws {
        var limits = DataPlaneLimits()
        limits.idleTimeout = Self.short
        limits.headTimeout = Self.short
        limits.bodyTimeout = Self.short
        try await Front.run(limits) { front in
            let idle = try await front.connect()
            let (client, provider) = try await front.ask()

            // When the idle connection is closed, the other has waited as long.
            _ = try await idle.readToEnd()
            provider.send(Fixtures.answer("late"))

            #expect(try await client.readMessage().contains("late"))
        }
    }

    @Test func `a provider connection that waits too long is closed`() async throws {
        var limits = DataPlaneLimits()
        limits.providerIdleTimeout = Self.short
        try await Front.run(limits) { front in
            let (client, provider) = try await front.warmUp()

            #expect(try await provider.readToEnd().isEmpty)
            #expect(!client.isClosed)
        }
    }

    @Test func `a provider connection that waits is closed though no client is left`() async throws {
        var limits = DataPlaneLimits()
        limits.providerIdleTimeout = Self.short
        try await Front.run(limits) { front in
            let (client, provider) = try await front.warmUp()

            client.close()

            #expect(try await provider.readToEnd().isEmpty)
        }
    }

    @Test func `a client that takes nothing of its answer is closed, and its provider with it`() async throws {
        var limits = DataPlaneLimits()
        limits.writeTimeout = Self.short
        try await Front.run(limits) { front in
            let (client, provider) = try await front.ask(isStream: true)
            try await client.setReading(false)
            let event = Fixtures.streamBegin(String(repeating: "x", count: 1 << 20))
            provider.send(event)
            let chunk = event[(event.firstRange(of: "\r\n\r\n")?.upperBound ?? event.endIndex)...]
            for _ in 0..<24 { provider.send(String(chunk)) }

            _ = try await provider.readToEnd()

            #expect(front.journal.records.map(\.ending) == [.clientGone])
        }
    }
}
