import DataPlane
import NIOCore
import Relay
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Connections to providers` {
    @Test func `are used again`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.warmUp()

            client.send(Fixtures.request())
            _ = try await provider.readMessage()
            provider.send(Fixtures.answer("again"))

            #expect(try await client.readMessage().contains("again"))
            #expect(front.provider.connectionCount == 1)
        }
    }

    @Test func `may say interim things first`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.ask()

            provider.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 10")
            provider.send("2 Processing\r\n\r\n" + Fixtures.answer("final"))
            let answer = try await client.readMessage()

            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.hasSuffix(Fixtures.chat("final")))
            #expect(!answer.contains("link"))
        }
    }

    @Test func `that switch protocols unasked are given up`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.ask()

            provider.send("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n")
            _ = try await provider.readToEnd()
            let answer = try await client.readMessage()

            #expect(answer.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func `that carry more than was announced are not used again`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.ask()

            provider.send(Fixtures.answer("right") + Fixtures.answer("smuggled"))
            let first = try await client.readMessage()
            _ = try await provider.readToEnd()
            client.send(Fixtures.request())
            let second = try await front.provider.nextConnection()
            _ = try await second.readMessage()
            second.send(Fixtures.answer("second"))

            #expect(first.hasSuffix(Fixtures.chat("right")))
            #expect(try await client.readMessage().hasSuffix(Fixtures.chat("second")))
        }
    }

    @Test func `on which a provider talks out of turn are dropped`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.warmUp()

            provider.send(Fixtures.answer("nobody asked"))
            _ = try await provider.readToEnd()
            client.send(Fixtures.request())
            let second = try await front.provider.nextConnection()
            _ = try await second.readMessage()
            second.send(Fixtures.answer("asked"))

            #expect(try await client.readMessage().hasSuffix(Fixtures.chat("asked")))
        }
    }

    @Test func `that are closed while they wait are replaced`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.warmUp()

            try await provider.channel.close().get()
            client.send(Fixtures.request())
            let second = try await front.provider.nextConnection()
            _ = try await second.readMessage()
            second.send(Fixtures.answer("second"))
            let answer = try await client.readMessage()

            #expect(answer.contains("x-api-switch-attempts: 1\r\n") && answer.contains("second"))
        }
    }

    @Test func `that answer before they have read the request are not used again`() async throws {
        try await Front.run { front in
            let client = try await front.connect()
            front.provider.stopReadingOnNextConnection()
            client.send(Fixtures.request(padding: 12 << 20))
            let provider = try await front.provider.nextConnection()
            _ = try await provider.read(through: "\r\n\r\n")

            provider.send(Fixtures.answer("early"))
            let first = try await client.readMessage()
            client.send(Fixtures.request())
            let second = try await front.provider.nextConnection()
            _ = try await second.readMessage()
            second.send(Fixtures.answer("second"))

            #expect(first.contains("early"))
            #expect(try await client.readMessage().contains("second"))
        }
    }

    @Test func `are closed when the client leaves before the answer`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.ask()

            client.close()

            #expect(try await provider.readToEnd().isEmpty)
            #expect(front.journal.records.map(\.ending) == [.clientGone])
        }
    }

    @Test func `that break in the middle of a length are failures`() async throws {
        try await Front.run { front in
            let (client, provider) = try await front.ask()
            provider.send(String(Fixtures.answer().dropLast()))
            provider.close()

            // Once more on the same entry, after a short pause.
            let second = try await front.provider.nextConnection()
            _ = try await second.readMessage()
            second.send(Fixtures.answer("whole"))
            let answer = try await client.readMessage()

            #expect(answer.hasSuffix(Fixtures.chat("whole")))
            #expect(answer.contains("x-api-switch-attempts: 2\r\n"))
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Connections of clients` {
    @Test func `may carry requests ahead, which are answered in order`() async throws {
        try await Front.run { front in
            let client = try await front.connect()
            client.send(Fixtures.request() + "GET /health HTTP/1.1\r\nhost: x\r\n\r\n" + Fixtures.request())

            let provider = try await front.provider.nextConnection()
            _ = try await provider.readMessage()
            provider.send(Fixtures.answer("first"))
            let first = try await client.readMessage()
            let health = try await client.readMessage()
            // The first connection is given back only when its client is done with it.
            let another = try await front.provider.nextConnection()
            _ = try await another.readMessage()
            another.send(Fixtures.answer("third"))
            let third = try await client.readMessage()

            #expect(first.contains("first") && health.contains("\"status\":\"ok\"") && third.contains("third"))
        }
    }
}
