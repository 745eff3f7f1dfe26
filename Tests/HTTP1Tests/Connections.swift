import HTTP1

/// One message as its reader understood it.
struct Message: Equatable {
    var startLine: [String]
    var fields: [String] = []
    var body: [UInt8] = []
    var isComplete = false
}

/// What a connection carried, up to the point where reading ended.
struct Transcript: Equatable {
    var messages: [Message] = []
    var error: HTTPSyntaxError?
    /// How many bytes complete messages took.
    var consumed = 0
    /// Whether no message follows whatever comes: the last one closed the connection or handed it over.
    var isFinished = false
}

/// Reads a sequence of messages as the data plane would: heads are kept until they are whole, bodies are not.
struct MessageReader {
    private enum Parser {
        case request(RequestHeadParser)
        case response(ResponseHeadParser)
    }

    private(set) var transcript = Transcript()
    private var parser: Parser
    private var head: [UInt8] = []
    private var body: BodyDecoder?
    private var endsAfterMessage = false
    private var position = 0

    static func requests(limits: HeadLimits = HeadLimits()) -> MessageReader {
        MessageReader(parser: .request(RequestHeadParser(limits: limits)))
    }

    static func responses(limits: HeadLimits = HeadLimits()) -> MessageReader {
        MessageReader(parser: .response(ResponseHeadParser(limits: limits)))
    }

    /// Reads bytes which come in pieces that end at the cuts, and then the end of the connection.
    static func read(_ bytes: [UInt8], cutAt cuts: [Int], by reader: MessageReader) -> Transcript {
        var reader = reader
        var start = 0
        for cut in cuts + [bytes.count] where cut > start {
            reader.receive(Array(bytes[start..<cut]))
            start = cut
        }
        reader.close()
        return reader.transcript
    }

    private init(parser: Parser) {
        self.parser = parser
    }

    mutating func receive(_ piece: [UInt8]) {
        do throws(HTTPSyntaxError) {
            var piece = piece
            while !piece.isEmpty, transcript.error == nil, !transcript.isFinished {
                piece = body == nil ? try readHead(piece) : try readBody(piece)
            }
        } catch {
            transcript.error = error
        }
    }

    mutating func close() {
        guard transcript.error == nil, var decoder = body, decoder.connectionClosed() else { return }
        body = nil
        complete()
        transcript.isFinished = true
    }

    private mutating func readHead(_ piece: [UInt8]) throws(HTTPSyntaxError) -> [UInt8] {
        head += piece
        guard let (message, framing, length) = try parseHead() else { return [] }
        transcript.messages.append(message)
        position += length
        body = BodyDecoder(framing)
        let rest = Array(head[length...])
        head = []
        // A body of nothing ends without another byte.
        return try rest.isEmpty ? readBody([]) : rest
    }

    private mutating func parseHead() throws(HTTPSyntaxError) -> (Message, BodyFraming, Int)? {
        switch parser {
        case .request(var parser):
            let isComplete = try parser.parse(head.span.bytes)
            self.parser = .request(parser)
            guard isComplete else { return nil }
            endsAfterMessage = !parser.keepsAlive || parser.method == .connect || parser.upgrade != nil
            let line = [text(head, parser.methodRange), text(head, parser.target), "1.\(parser.minorVersion)"]
            return (Message(startLine: line, fields: spelled(parser.fields)), parser.framing, parser.headLength)
        case .response(var parser):
            let isComplete = try parser.parse(head.span.bytes)
            self.parser = .response(parser)
            guard isComplete else { return nil }
            endsAfterMessage = !parser.keepsAlive(requestMethodIsHead: false) || parser.status == 101
            let line = ["1.\(parser.minorVersion)", String(parser.status), text(head, parser.reason)]
            let framing = parser.framing(requestMethodIsHead: false)
            return (Message(startLine: line, fields: spelled(parser.fields)), framing, parser.headLength)
        }
    }

    private func spelled(_ fields: [HeadField]) -> [String] {
        fields.map { "\(text(head, $0.name)): \(text(head, $0.value))" }
    }

    private mutating func readBody(_ piece: [UInt8]) throws(HTTPSyntaxError) -> [UInt8] {
        guard var decoder = body else { return piece }
        var offset = 0
        while true {
            switch try decoder.next(piece.span.bytes, from: &offset) {
            case .payload(let range):
                transcript.messages[transcript.messages.count - 1].body += piece[range]
                // A body whose length is known is complete with its last byte.
                if !decoder.isComplete { continue }
                fallthrough
            case .end:
                body = nil
                position += offset
                complete()
                return Array(piece[offset...])
            case .needMore:
                body = decoder
                position += offset
                return []
            }
        }
    }

    private mutating func complete() {
        transcript.consumed = position
        transcript.messages[transcript.messages.count - 1].isComplete = true
        if endsAfterMessage { transcript.isFinished = true }
    }
}
