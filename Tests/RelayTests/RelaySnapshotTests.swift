import Configuration
import Dialects
import Relay
import Testing

@Suite
struct `A snapshot holds what requests read` {
    @Test
    func `Models are offered once, auto first, switched off ones not`() {
        var configuration = World("A", "B", models: ["m1", "auto", "m2"]).configuration
        configuration.entries[0].displayName = "nice"
        configuration.entries[3].displayName = "m2"
        configuration.entries[2].isEnabled = false
        configuration.entries.append(APIEntry(id: World.entry(9), channelID: .init(rawValue: 2), model: "M1"))

        let snapshot = RelaySnapshot(configuration, createdAt: 5)

        #expect(snapshot.offeredModels().map(\.name) == ["auto", "m1", "nice", "m2", "M1"])
        #expect(snapshot.offeredModels().map(\.owner) == ["api-switch", "A", "A", "B", "B"])
        #expect(snapshot.createdAt == 5)
    }

    @Test
    func `Models of a channel that is off are not offered`() {
        var configuration = World("A", "B").configuration
        configuration.channels[0].isEnabled = false

        let owners = RelaySnapshot(configuration, createdAt: 0).offeredModels().map(\.owner)

        #expect(owners == ["api-switch", "B"])
    }

    @Test
    func `Only enabled access keys open the door`() {
        let digests = [1, 2].map { AccessKey.Digest(bytes: [UInt8](repeating: $0, count: 32)) }
        var configuration = Configuration()
        configuration.accessKeys = [
            AccessKey(id: .init(rawValue: 1), name: "laptop", digest: digests[0], hint: "abcd"),
            AccessKey(id: .init(rawValue: 2), name: "old", digest: digests[1], hint: "wxyz", isEnabled: false),
        ]

        let snapshot = RelaySnapshot(configuration, createdAt: 0)

        #expect(digests.map(snapshot.accessKeyName) == ["laptop", nil])
        #expect(snapshot.hasAccessKeys)
        #expect(!RelaySnapshot(Configuration(), createdAt: 0).hasAccessKeys)
    }
}

@Suite
struct `A channel's header lines are worked out once` {
    private func route(_ change: (inout Channel) -> Void = { _ in }) -> ChannelRoute {
        var channel = World("A").configuration.channels[0]
        change(&channel)
        return ChannelRoute(channel)
    }

    private func lines(_ route: ChannelRoute) -> String { String(decoding: route.headerLines, as: UTF8.self) }

    @Test
    func `Host and key, each on its line`() {
        let route = self.route { $0.baseURL = "http://localhost:8080/v1" }

        #expect(self.lines(route) == "host: localhost:8080\r\nauthorization: Bearer sk-A-0123456789\r\n")
    }

    @Test
    func `The channel's own headers win over the gateway's, but not over the host`() {
        let route = self.route { channel in
            channel.headers = [
                .init(name: "Authorization", value: Secret("Basic abc")), .init(name: "HOST", value: Secret("evil")),
                .init(name: "X-Team", value: Secret("t")),
            ]
        }

        #expect(self.lines(route) == "host: a.example\r\nauthorization: Basic abc\r\nx-team: t\r\n")
        #expect(route.ownHeaderNames == ["host", "authorization", "x-team"])
    }

    @Test
    func `A channel whose address cannot be used has none`() {
        let route = self.route { $0.baseURL = "ftp://x" }

        #expect(route.headerLines.isEmpty)
        #expect(throws: ProviderAddress.Invalid.self) { try route.call.get() }
    }
}
