import HTTP1
import Testing

/// Whatever is accepted here, llhttp accepts, too, and understands the same; it may accept more.
@Suite struct `NIOHTTP1 agrees` {
    @Test(arguments: 1...4)
    func `with every valid request`(_ seed: UInt64) throws {
        var random = RandomMessages(seed: seed)
        for _ in 0..<400 {
            let bytes = random.requests()
            let ours = MessageReader.read(bytes, cutAt: [], by: .requests())

            #expect(ours.error == nil, "\(text(bytes).debugDescription)")
            #expect(ours.isFinished || ours.messages.last?.startLine[1] == "/the-last-one")
            try compare(ours, .requests(bytes), bytes)
        }
    }

    @Test(arguments: 11...18)
    func `with every damaged request that passes`(_ seed: UInt64) throws {
        var random = RandomMessages(seed: seed)
        var accepted = 0
        for _ in 0..<600 {
            let bytes = random.damaged(random.requests())
            let ours = MessageReader.read(bytes, cutAt: [], by: .requests())
            if ours.error == nil { accepted += 1 }

            try compare(ours, .requests(bytes), bytes)
        }
        #expect(accepted > 50)
    }

    @Test(arguments: 21...22)
    func `with every valid response`(_ seed: UInt64) throws {
        var random = RandomMessages(seed: seed)
        for _ in 0..<400 {
            let bytes = random.responses()
            let ours = MessageReader.read(bytes, cutAt: [], by: .responses())

            #expect(ours.error == nil, "\(text(bytes).debugDescription)")
            #expect(ours.isFinished || ours.messages.last?.startLine[1] == "299")
            try compare(ours, .responses(bytes), bytes)
        }
    }

    @Test(arguments: 31...36)
    func `with every damaged response that passes`(_ seed: UInt64) throws {
        var random = RandomMessages(seed: seed)
        var accepted = 0
        for _ in 0..<600 {
            let bytes = random.damaged(random.responses())
            let ours = MessageReader.read(bytes, cutAt: [], by: .responses())
            if ours.error == nil { accepted += 1 }

            try compare(ours, .responses(bytes), bytes)
        }
        #expect(accepted > 50)
    }

    private func compare(_ ours: Transcript, _ theirs: NIOTranscript, _ bytes: [UInt8]) {
        let input = Comment(rawValue: "\(text(bytes).debugDescription)\nours: \(ours)\ntheirs: \(theirs)")
        for (index, message) in ours.messages.enumerated() {
            if Exceptions.refuse(message) { return }
            guard index < theirs.messages.count else {
                Issue.record(input)
                return
            }
            var message = message
            var other = theirs.messages[index]
            // NIOHTTP1 puts its own reason in the place of the one that came.
            message.startLine = Array(message.startLine.prefix(other.startLine.count))
            if !message.isComplete {
                // Both have the head; llhttp may be further in a body that is refused here.
                other.body = Array(other.body.prefix(message.body.count))
                other.isComplete = false
            }
            #expect(message == other, input)
            if Exceptions.end(message) { return }
        }
        guard ours.error == nil, !ours.isFinished else { return }
        #expect(theirs.messages.count == ours.messages.count, input)
        // llhttp judges the bytes of a head that is not complete yet one by one, this parser by lines.
        #expect(theirs.error == nil || ours.consumed < bytes.count, input)
    }
}

/// What is read here in another way than by llhttp.
private enum Exceptions {
    /// llhttp knows a list of methods and refuses the others; which one is allowed where is no matter of syntax.
    static func refuse(_ message: Message) -> Bool {
        !knownMethods.contains(message.startLine[0]) && !message.startLine[0].hasPrefix("1.")
    }

    private static let knownMethods: Set = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "CONNECT"]

    /// llhttp takes Proxy-Connection for Connection, and refuses whatever follows a message that has it with `close`.
    ///
    /// It has no such meaning: [RFC 9112, appendix C.2.2](https://www.rfc-editor.org/rfc/rfc9112#appendix-C.2.2).
    static func end(_ message: Message) -> Bool {
        message.fields.contains { $0.lowercased() == "proxy-connection: close" }
    }
}
