import DataPlane
import NIOCore
import NIOPosix
import Relay
import Testing

@Suite(.timeLimit(.minutes(1))) struct `The server` {
    @Test func `says that a port is in use`() async throws {
        try await Front.run { front in
            let error = await #expect(throws: DataPlaneServer.BindError.self) {
                try await front.server.listen(host: "127.0.0.1", port: front.port)
            }

            #expect(error?.isInUse == true)
            #expect(error?.description.contains("\(front.port)") == true)
        }
    }

    @Test func `says that an address is not its own, which is something else`() async throws {
        try await Front.run { front in
            let error = await #expect(throws: DataPlaneServer.BindError.self) {
                try await front.server.listen(host: "192.0.2.1", port: 0)
            }

            #expect(error?.isInUse == false)
        }
    }

    @Test func `serves new requests with a published configuration and those in flight with theirs`() async throws {
        try await Front.run { front in
            let second = try await ScriptedProvider.start(on: front.group)
            let (old, oldProvider) = try await front.ask()

            await front.server.publish(Fixtures.snapshot(port: second.port, revision: 2))
            let new = try await front.connect()
            new.send(Fixtures.request())
            let newProvider = try await second.nextConnection()
            _ = try await newProvider.readMessage()
            newProvider.send(Fixtures.answer("new"))
            oldProvider.send(Fixtures.answer("old"))

            #expect(try await new.readMessage().contains("new"))
            #expect(try await old.readMessage().contains("old"))
        }
    }

    @Test func `moves a connection that is kept to the published configuration`() async throws {
        try await Front.run { front in
            let second = try await ScriptedProvider.start(on: front.group)
            let (client, _) = try await front.warmUp()

            await front.server.publish(Fixtures.snapshot(port: second.port, revision: 2))
            client.send(Fixtures.request())
            let provider = try await second.nextConnection()
            _ = try await provider.readMessage()
            provider.send(Fixtures.answer("new"))

            #expect(try await client.readMessage().contains("new"))
        }
    }

    @Test func `lets a stream finish when it drains, and closes what is idle at once`() async throws {
        try await Front.run { front in
            let idle = try await front.connect()
            idle.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            _ = try await idle.readMessage()
            let (client, provider) = try await front.ask(isStream: true)
            provider.send(Fixtures.streamBegin("begun"))
            _ = try await client.read(through: "begun")

            async let drained: Void = front.server.drain(patience: .seconds(60))
            _ = try await idle.readToEnd()
            provider.send(Fixtures.streamEnd)
            let rest = try await client.readToEnd()
            await drained

            #expect(rest.contains("[DONE]") && rest.hasSuffix("0\r\n\r\n"))
            #expect(front.journal.records.last?.ending == .completed)
        }
    }

    @Test func `says connection close to a request that it still answers`() async throws {
        try await Front.run { front in
            let idle = try await front.connect()
            idle.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            _ = try await idle.readMessage()
            let (client, provider) = try await front.ask()

            async let drained: Void = front.server.drain(patience: .seconds(60))
            _ = try await idle.readToEnd()
            provider.send(Fixtures.answer())
            let answer = try await client.readToEnd()
            await drained

            #expect(answer.contains("connection: close"))
            #expect(answer.hasSuffix(Fixtures.chat()))
        }
    }

    @Test func `aborts what does not end when its patience is over`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.ask(isStream: true)
            provider.send(Fixtures.streamBegin("begun"))
            _ = try await client.read(through: "begun")

            await front.server.drain(patience: .milliseconds(50))
            let rest = try await client.readToEnd()
            _ = try await provider.readToEnd()

            #expect(!rest.hasSuffix("0\r\n\r\n") && !rest.contains("[DONE]"), "what was cut must not look whole")
            #expect(front.journal.records.map(\.ending) == [.cut])
        }
    }

    @Test func `drains at once when nobody is there`() async throws {
        try await Front.run { front in
            await front.server.drain(patience: .seconds(60))
        }
    }
}
