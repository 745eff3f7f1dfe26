import Configuration
import Dialects
import GenerationModel
import HTTP1
import NIOCore
import Relay
import Routing

/// What the data plane answers by itself.
extension ClientConnection {
    /// Answers a path that needs no provider.
    ///
    /// - Returns: Whether it did; `false` for endpoints, whose bodies must be read first.
    func serveLocally(_ path: InboundPath) -> Bool {
        switch path {
        case .endpoint: return false
        case .health: self.answer(json: self.healthBody)
        case .root: self.answer(LocalAnswer(status: 200, contentType: "text/plain; charset=utf-8", body: self.welcome))
        case .models: self.answerModels(self.dialectOfHeaders)
        case .geminiModels: self.answerModels(.gemini)
        case .model(let name): self.answerModel(name, self.dialectOfHeaders)
        case .geminiModel(let name): self.answerModel(name, .gemini)
        case .unknown:
            self.refuse(
                Refusal(status: 404, message: "Unknown path: \(self.headText(self.head.pathAndQuery).prefix(200))")
            )
        }
        return true
    }

    /// Which dialect's client asks, where the path is the same for several, such as `GET /v1/models`.
    var dialectOfHeaders: Dialect {
        if self.head.contains(.xGoogApiKey) { return .gemini }
        if self.head.contains(.anthropicVersion) || self.head.contains(.xApiKey) { return .anthropicMessages }
        return self.fieldText(.userAgent)?.hasPrefix("claude-cli") == true ? .anthropicMessages : .openAIChat
    }

    private func answerModels(_ dialect: Dialect) {
        let snapshot = self.worker.snapshot
        self.answer(json: OfferedModel.list(snapshot.offeredModels(), dialect: dialect, created: snapshot.createdAt))
    }

    private func answerModel(_ name: String, _ dialect: Dialect) {
        let snapshot = self.worker.snapshot
        guard let model = snapshot.offeredModels().first(where: { $0.name == name }) else {
            return self.refuse(
                Refusal(
                    status: 404,
                    message: "The model '\(name.prefix(200))' does not exist; GET /v1/models lists what there is",
                    code: "model_not_found",
                    parameter: "model"
                )
            )
        }
        self.answer(json: model.bytes(dialect: dialect, created: snapshot.createdAt))
    }

    private var healthBody: [UInt8] {
        let state = self.worker.isDraining ? "draining" : "ok"
        let revision = self.worker.snapshot.routing.revision
        return Array(
            "{\"status\":\"\(state)\",\"version\":\"\(self.worker.services.version)\",\"revision\":\(revision)}".utf8
        )
    }

    private var welcome: [UInt8] {
        let host = self.fieldText(.host) ?? "127.0.0.1:9090"
        return Array(
            """
            API Switch \(self.worker.services.version) is running.

            Point your clients here and ask for the model "auto":
              OpenAI     base URL http://\(host)/v1
              Anthropic  base URL http://\(host)
              Gemini     base URL http://\(host)

            GET /v1/models lists the models, GET /health tells how it is.

            """.utf8
        )
    }

    private func answer(json body: [UInt8]) { self.answer(LocalAnswer(status: 200, body: body)) }

    /// Sends an answer of the gateway's own and ends the request.
    func answer(_ answer: LocalAnswer, headerLines: String = "") {
        // A body that was not read would be taken for the next request.
        if self.state == .head, self.head.framing != .none { self.inbound?.keepsAlive = false }
        let keepsAlive = self.keepsAlive
        var out = ByteBuffer(string: "HTTP/1.1 \(StatusLine.text(answer.status))\r\n")
        self.writeAttemptLines(to: &out)
        self.settle()
        var lines = "content-type: \(answer.contentType)\r\ncontent-length: \(answer.body.count)\r\n\(headerLines)"
        if let seconds = answer.retryAfterSeconds { lines += "retry-after: \(seconds)\r\n" }
        if let id = self.inbound?.record.id { lines += "x-request-id: \(id)\r\n" }
        lines += keepsAlive ? "\r\n" : "connection: close\r\n\r\n"
        out.writeString(lines)
        if self.inbound?.isHead != true { out.writeBytes(answer.body) }
        self.write(out)
        self.finishRequest(keepsAlive: keepsAlive)
    }

    /// Whether the connection serves another request after this one.
    var keepsAlive: Bool { self.inbound?.keepsAlive == true && !self.worker.isDraining }

    /// Refuses the present request, in the words of its dialect, and writes its row.
    func refuse(_ refusal: Refusal) {
        let dialect = self.inbound?.record.inboundDialect ?? .openAIChat
        if self.state == .body { self.inbound?.keepsAlive = false }
        let fault = GatewayFault(
            status: refusal.status,
            message: refusal.message,
            code: refusal.code,
            parameter: refusal.parameter,
            retryAfterSeconds: refusal.retryAfterSeconds
        )
        if var record = self.inbound?.record {
            record.status = refusal.status
            record.error = refusal.message
            record.ending = .refused
            if case .endpoint(let endpoint, let model)? = self.inbound?.path {
                record.requestedModel = model ?? ""
                record.inboundDialect = endpoint.dialect
            }
            let arrival = self.inbound?.arrival ?? EventLoopWorker.now
            record.totalMicroseconds = (EventLoopWorker.now - arrival).wholeNanoseconds / 1000
            self.worker.services.journal.append(record)
        }
        let body = fault.body(dialect, requestID: self.inbound?.record.id ?? "")
        self.answer(
            LocalAnswer(status: refusal.status, body: body, retryAfterSeconds: refusal.retryAfterSeconds),
            headerLines: refusal.headerLines
        )
    }

    /// What came is not HTTP, or not to be trusted: one answer, then the connection ends.
    func refuse(syntax error: HTTPSyntaxError) {
        if self.state == .head { self.inbound = nil }
        self.inbound?.keepsAlive = false
        self.refuse(Refusal(status: error.status, message: "Bad request: \(error.description)"))
    }
}
