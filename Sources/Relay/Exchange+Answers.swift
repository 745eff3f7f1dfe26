import Configuration
import Dialects
import JSON
import Routing

/// Answers that are judged whole, and the words for failures.
extension Exchange {
    mutating func concludeWhole(body: RawSpan, at now: MonotonicInstant) -> Directive {
        guard body.byteCount > 0 else { return self.fail(.badAnswer, "the answer is empty", at: now) }
        switch WholeAnswer(self.endpoint, body: body) {
        case .answer(let usage):
            self.record.usage = usage
            self.phase = .whole
            self.releasable = self.receivedBytes
            return self.complete(trailer: [], at: now)
        case .failure(let message):
            return self.fail(
                AttemptFailure(FailureClassifier.classify(inBand: message), status: self.head.status, message: message),
                at: now
            )
        case .malformed:
            if self.form == .jsonArray, (try? JSONScanner.validate(body)) != nil {
                // A stream in Gemini's older form, from a provider that does not do events.
                self.phase = .whole
                self.releasable = self.receivedBytes
                return self.complete(trailer: [], at: now)
            }
            let isPage = self.head.form == .html
            let words = self.scrubbed(UpstreamMessage(plain: body).text).prefix(120)
            return self.fail(.badAnswer, "\(isPage ? "a web page" : "no JSON") instead of an answer: \(words)", at: now)
        }
    }

    mutating func concludeFailure(body: RawSpan, at now: MonotonicInstant) -> Directive {
        let message = UpstreamMessage(json: body)
        let failureClass = FailureClassifier.classify(status: self.head.status, message: message)
        let told = self.head.retryAfter ?? message?.retryDelaySeconds.map { .seconds($0) }
        let failure = AttemptFailure(
            failureClass,
            status: self.head.status,
            message: message ?? UpstreamMessage(plain: body),
            retryAfter: told.map { max($0, .zero) },
            original: OriginalAnswer(
                body: body.withUnsafeBytes { Array($0) },
                contentType: self.head.contentType
            )
        )
        return self.fail(failure, at: now)
    }

    /// The caller's own fault: the provider's words, as they came.
    mutating func refuse(_ failure: AttemptFailure, at now: MonotonicInstant) -> Directive {
        let status = failure.status.flatMap { (400...599).contains($0) ? $0 : nil } ?? 400
        self.finish(.failed, status: status, error: failure.summary, at: now)
        if let original = failure.original, !original.body.isEmpty, !self.holdsKey(original.body) {
            let type = original.contentType ?? "application/json"
            return .answer(LocalAnswer(status: status, contentType: type, body: original.body))
        }
        let message = failure.message
        return self.answer(
            GatewayFault(status: status, message: self.scrubbed(message.text), code: message.code, type: message.type)
        )
    }

    /// The request's time is up.
    mutating func overdue(at now: MonotonicInstant) -> Directive {
        let limit = self.snapshot.settings.requestDeadline.secondsRoundedUp
        if self.phase != .paused, let attempt = self.attempt {
            let failure = AttemptFailure(.silent, message: UpstreamMessage(text: "no answer within \(limit) s"))
            self.failures.append((attempt, failure))
            self.cool(attempt, failure, at: now)
            self.closeAttempt(FailureClass.silent.rawValue, "no answer within \(limit) s", at: now)
        } else if let attempt = self.attempt {
            self.health.abandon(attempt.target.entry.id)
        }
        let message = "No answer within the request deadline of \(limit) s.\(self.attemptList)"
        self.finish(.failed, status: 504, error: message, at: now)
        return self.answer(GatewayFault(status: 504, message: message, code: "timeout"))
    }

    /// Nobody is left to try.
    mutating func exhausted(at now: MonotonicInstant) -> Directive {
        guard let last = self.failures.last else { return self.nobodyAvailable(at: now) }
        let attempt = last.attempt
        let failure = last.failure
        if failure.failureClass == .contextTooLong { return self.refuse(failure, at: now) }
        let fault: GatewayFault
        switch failure.failureClass {
        case .keyRejected:
            fault = GatewayFault(
                status: 401,
                message:
                    "Channel '\(attempt.target.channel.name)' was refused by its provider: its API key is not accepted "
                    + "(\(self.scrubbed(failure.summary))). Check the key of this channel.\(self.attemptList)",
                code: failure.message.code ?? "invalid_api_key"
            )
        default:
            fault = GatewayFault(
                status: self.finalStatus(failure),
                message: "No provider could answer for model: \(self.model.name).\(self.attemptList)",
                code: failure.message.code,
                retryAfterSeconds: self.soonestRecovery(at: now)
            )
        }
        self.finish(.failed, status: fault.status, error: fault.message, at: now)
        return self.answer(fault)
    }

    private func finalStatus(_ failure: AttemptFailure) -> Int {
        switch failure.failureClass {
        case .silent: 504
        case .badAnswer: 502
        case .rateLimited: 429
        default: failure.status.flatMap { $0 >= 400 ? $0 : nil } ?? 502
        }
    }

    /// Nobody could be tried at all: who was passed over, and why.
    private mutating func nobodyAvailable(at now: MonotonicInstant) -> Directive {
        let exclusions = self.exclusions(at: now)
        let isCooling = exclusions.contains { exclusion in
            switch exclusion.reason {
            case .cooling, .onTrial: true
            case .entryOff, .channelOff, .unsuitable: false
            }
        }
        var message = "No available provider for model: \(self.model.name)"
        if exclusions.isEmpty {
            message +=
                self.model == .automatic
                ? ". No entry is in the AUTO group: add a channel with a model"
                : ". No entry has this name; GET /v1/models lists what there is"
        } else {
            message +=
                ". " + exclusions.prefix(10).map { self.words($0.target, $0.reason, at: now) }.joined(separator: "; ")
            if exclusions.count > 10 { message += "; and \(exclusions.count - 10) more" }
        }
        let fault = GatewayFault(
            status: isCooling ? 503 : 404,
            message: message,
            code: isCooling ? "no_available_provider" : "model_not_found",
            parameter: isCooling ? nil : "model",
            retryAfterSeconds: isCooling ? self.soonestRecovery(at: now) : nil
        )
        self.finish(.failed, status: fault.status, error: message, at: now)
        return self.answer(fault)
    }

    private func exclusions(at now: MonotonicInstant) -> [(target: RouteTarget, reason: Exclusion)] {
        self.cursor.exclusions(health: self.health.current, now: now) { self.snapshot.obstacle($0, self.endpoint) }
    }

    /// Seconds until the first cooling candidate may be tried again, at least 1.
    private func soonestRecovery(at now: MonotonicInstant) -> Int64? {
        self.exclusions(at: now).compactMap { exclusion -> Int64? in
            switch exclusion.reason {
            case .cooling(let until, _): max(1, (until - now).secondsRoundedUp)
            case .onTrial: 1
            case .entryOff, .channelOff, .unsuitable: nil
            }
        }.min()
    }

    private func words(_ target: RouteTarget, _ reason: Exclusion, at now: MonotonicInstant) -> String {
        let name = "\(target.channel.name)/\(target.entry.model)"
        switch reason {
        case .entryOff: return "\(name): the entry is switched off"
        case .channelOff: return "\(name): the channel is switched off"
        case .unsuitable(let why): return "\(name): \(why)"
        case .onTrial(let why): return "\(name): being tried again after \(why.kind.rawValue)"
        case .cooling(let until, let why):
            return
                "\(name): cooling down for \((until - now).secondsRoundedUp) s (\(why.kind.rawValue): \(why.detail.prefix(200)))"
        }
    }

    /// Every failed attempt in a few words each.
    private var attemptList: String {
        guard !self.failures.isEmpty else { return "" }
        let words = self.failures.map { attempt, failure in
            "\(attempt.target.channel.name)/\(attempt.target.entry.model): \(self.scrubbed(failure.summary).prefix(300))"
        }
        return " Tried: " + words.joined(separator: "; ")
    }

    private func answer(_ fault: GatewayFault) -> Directive {
        let body = fault.body(self.endpoint.dialect, requestID: self.record.id)
        return .answer(LocalAnswer(status: fault.status, body: body, retryAfterSeconds: fault.retryAfterSeconds))
    }
}
