import ContentCoding
import Dialects
import HTTP1
import NIOCore
import Relay
import Routing

/// From bytes to a request that can be served.
extension ClientConnection {
    /// Reads request heads until one needs something that has not come yet, or the client takes no more answers.
    ///
    /// Requests that end at once bring it back here; its own loop then goes on with the next, so that many of them in one
    /// packet do not grow the stack.
    func readHeads() {
        guard !self.isReadingHeads else { return }
        self.isReadingHeads = true
        defer { self.isReadingHeads = false }
        while self.state == .head, self.inbox.readableBytes > 0 {
            // A client that asks on without reading would be answered into memory.
            guard self.context?.channel.isWritable == true else { return self.setReading(false) }
            let inbox = self.inbox
            do throws(HTTPSyntaxError) {
                guard try self.head.parse(inbox.readableBytesSpan) else { return }
            } catch {
                return self.refuse(syntax: error)
            }
            guard let slice = self.inbox.readSlice(length: self.head.headLength) else { return }
            self.headBytes = slice
            self.beginRequest()
        }
    }

    /// The text of a part of the head.
    func headText(_ range: Range<Int>) -> String {
        self.headBytes.getString(at: self.headBytes.readerIndex + range.lowerBound, length: range.count) ?? ""
    }

    /// The value of a field of the head.
    func fieldText(_ field: KnownField) -> String? { self.head.first(field).map(self.headText) }

    private func beginRequest() {
        let now = EventLoopWorker.now
        let target = self.headText(self.head.pathAndQuery)
        let question = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let path = InboundPath(target[..<question])
        let record = RequestRecord(
            id: self.worker.makeRequestID(),
            startedAt: self.worker.services.wallClock(),
            endpoint: "\(self.headText(self.head.methodRange)) \(Self.shown(target[..<question]))",
            inboundDialect: path.dialect ?? self.dialectOfHeaders
        )
        self.inbound = InboundRequest(
            path: path,
            query: InboundQuery(target[question...].dropFirst()),
            arrival: now,
            record: record,
            keepsAlive: self.head.keepsAlive,
            isModern: self.head.minorVersion == 1,
            isHead: self.head.method == .head
        )
        if let refusal = self.refusalOfHead(path) { return self.refuse(refusal) }
        if self.serveLocally(path) { return }
        self.beginBody()
    }

    /// A path as the journal shows it: at most 200 bytes.
    private static func shown(_ path: Substring) -> Substring {
        path.utf8.count <= 200 ? path : path.prefix(200)
    }

    private func beginBody() {
        self.contentDecoder = nil
        if let value = self.fieldText(.contentEncoding) {
            guard let coding = ContentCoding(fieldValue: value) else {
                return self.refuse(
                    Refusal(
                        status: 415,
                        message: "Unsupported content encoding '\(value)': send gzip, deflate, zstd or none"
                    )
                )
            }
            do throws(ContentCodingError) {
                self.contentDecoder = coding == .identity ? nil : try self.makeDecoder(coding)
            } catch {
                return self.refuse(Refusal(status: 503, message: "The request body cannot be unpacked now: \(error)"))
            }
        }
        if case .length(let length) = self.head.framing, length > self.worker.limits.bodyBytes {
            return self.refuse(self.tooLarge)
        }
        if self.head.expectsContinue, self.head.framing != .none {
            self.write(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
        self.state = .body
        self.waitingSince = EventLoopWorker.now
        self.body = ByteBuffer()
        self.bodyDecoder = BodyDecoder(self.head.framing)
        self.readBody()
    }

    /// RFC 9659 limits the window that Zstandard may ask for over HTTP to 8 MiB (23 bits).
    private func makeDecoder(_ coding: ContentCoding) throws(ContentCodingError) -> ContentDecoder {
        try ContentDecoder(coding, outputLimit: self.worker.limits.bodyBytes, maximumWindowBits: 23)
    }

    private var tooLarge: Refusal {
        let limit = self.worker.limits.bodyBytes >> 20
        return Refusal(status: 413, message: "The request body is larger than \(limit) MiB", code: "request_too_large")
    }

    func readBody() {
        if case .length(let length) = self.head.framing, self.contentDecoder == nil {
            guard let whole = self.inbox.readSlice(length: length) else {
                // Room for what is announced, but no more than twice what has come: announcing is free.
                let missing = length - self.inbox.readableBytes
                self.inbox.reserveCapacity(minimumWritableBytes: min(missing, max(1 << 20, self.inbox.readableBytes)))
                return
            }
            self.body = whole
            return self.serve()
        }
        do throws(HTTPSyntaxError) {
            try self.readBodyPieces()
        } catch {
            self.refuse(syntax: error)
        }
    }

    private func readBodyPieces() throws(HTTPSyntaxError) {
        let inbox = self.inbox
        var offset = 0
        var piece = BodyPiece.needMore
        repeat {
            piece = try self.bodyDecoder.next(inbox.readableBytesSpan, from: &offset)
            if case .payload(let range) = piece, let refusal = self.take(range) { return self.refuse(refusal) }
        } while piece != .needMore && piece != .end
        self.inbox.moveReaderIndex(forwardBy: min(offset, self.inbox.readableBytes))
        guard piece == .end else { return self.inbox.discardUsedBytes() }
        do throws(ContentCodingError) {
            try self.contentDecoder?.finish()
        } catch {
            return self.refuse(Refusal(status: 400, message: "The request body cannot be unpacked: \(error)"))
        }
        self.contentDecoder = nil
        self.serve()
    }

    /// Keeps a piece of the body, unpacked.
    private func take(_ range: Range<Int>) -> Refusal? {
        guard var piece = self.inbox.getSlice(at: self.inbox.readerIndex + range.lowerBound, length: range.count) else {
            return nil
        }
        guard self.contentDecoder != nil else {
            guard self.body.readableBytes + range.count <= self.worker.limits.bodyBytes else { return self.tooLarge }
            self.body.writeBuffer(&piece)
            return nil
        }
        do throws(ContentCodingError) {
            var plain = self.body
            self.body = ByteBuffer()
            defer { self.body = plain }
            try self.contentDecoder?.decode(piece.readableBytesSpan) { _ = plain.writeBytes($0) }
            return nil
        } catch {
            if case .tooLarge = error { return self.tooLarge }
            return Refusal(status: 400, message: "The request body cannot be unpacked: \(error)")
        }
    }

    /// The request is complete: looks what it asks for and starts its exchange.
    private func serve() {
        guard var inbound = self.inbound, case .endpoint(let endpoint, let pathModel) = inbound.path else { return }
        let body = self.body
        let facts: RequestFacts
        do throws(RequestFault) {
            facts = try RequestFacts(
                endpoint: endpoint,
                pathModel: pathModel,
                contentType: self.contentType,
                body: body.readableBytesSpan
            )
        } catch {
            return self.refuse(
                Refusal(status: error.status, message: error.description, parameter: error.parameter)
            )
        }
        self.state = .serving
        inbound.record.inboundDialect = endpoint.dialect
        let isArray = endpoint == .streamGenerateContent && !inbound.query.wantsEvents
        self.exchange = Exchange(
            snapshot: self.worker.snapshot,
            health: self.worker.services.health,
            endpoint: endpoint,
            facts: facts,
            form: isArray ? .jsonArray : .same,
            record: inbound.record,
            arrival: inbound.arrival,
            seed: UInt64(truncatingIfNeeded: inbound.arrival.nanoseconds)
        )
        self.inbound = inbound
        if let directive = self.exchange?.begin(at: EventLoopWorker.now) { self.follow(directive) }
    }

    /// What the body claims to be.
    ///
    /// A page of another site can send a body without type unasked, so from browsers the type must be said.
    private var contentType: String? {
        if let type = self.fieldText(.contentType) { return type }
        return self.head.contains(.origin) ? "nothing" : nil
    }
}

extension ByteBuffer {
    /// Gives the memory of bytes back that were read already.
    mutating func discardUsedBytes() {
        if self.readableBytes == 0 { self.clear() } else { self.discardReadBytes() }
    }
}
