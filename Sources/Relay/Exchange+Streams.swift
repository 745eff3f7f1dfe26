import Configuration
import Dialects
public import Routing
import ServerSentEvents

/// Answers that arrive in events or bytes while they are passed on.
extension Exchange {
    mutating func hear(_ bytes: RawSpan, at now: MonotonicInstant) -> Directive {
        let base = self.receivedBytes
        self.receivedBytes += bytes.byteCount
        do throws(ServerSentEventError) {
            let sawEvent = try EventEar.push(bytes, at: base, parser: &self.parser, ear: &self.ear)
            // Comments are pings, and pings are not life.
            if sawEvent { self.lastLife = now }
        } catch {
            return self.breakDown("an event is larger than the gateway takes", .badAnswer, at: now)
        }
        if let failure = self.ear.failure { return self.providerReported(failure, at: now) }
        if !self.isCommitted {
            if self.ear.watcher.progress == .ended, !self.ear.hasContent {
                return self.fail(.badAnswer, "the stream ended without an answer", at: now)
            }
            guard self.ear.hasContent || self.ear.holdsTooMuch(self.receivedBytes) else { return .wait }
            self.commit(at: now)
        }
        self.releasable = self.ear.passableBytes
        return self.ear.watcher.progress == .ended ? self.complete(trailer: [], at: now) : .flow
    }

    /// The provider sent an error event: another attempt before commit, an honest end after it.
    ///
    /// An answer that was complete already stays so (OpenRouter reports a token limit behind `finish_reason`).
    private mutating func providerReported(_ message: UpstreamMessage, at now: MonotonicInstant) -> Directive {
        if self.ear.watcher.progress == .finished {
            self.releasable = self.ear.passableBytes
            return self.complete(trailer: self.ear.watcher.missingEnd, at: now)
        }
        guard self.isCommitted else {
            return self.fail(
                AttemptFailure(FailureClassifier.classify(inBand: message), status: self.head.status, message: message),
                at: now
            )
        }
        // The event is worded in the client's dialect already, and it may say more than ours could.
        let directive = self.cut(message.text, at: now)
        guard self.form == .same, !self.holdsKey(self.ear.failureData) else { return directive }
        self.releasable = self.ear.failureEnd
        return .breakOff(trailer: [])
    }

    mutating func concludeEvents(body: RawSpan, at now: MonotonicInstant) -> Directive {
        let wasUnterminated = EventEar.finish(parser: &self.parser, ear: &self.ear, received: self.receivedBytes)
        if let failure = self.ear.failure { return self.providerReported(failure, at: now) }
        if self.ear.events == 0, !self.isCommitted {
            // Some servers ignore `stream` and forget to say what they send.
            return self.concludeWhole(body: body, at: now)
        }
        guard self.ear.watcher.isWhole, self.isCommitted || self.ear.hasContent else {
            return self.breakDown("the stream ended before the answer was complete", .badAnswer, at: now)
        }
        if !self.isCommitted { self.commit(at: now) }
        let blankLine = wasUnterminated && self.form == .same ? Array("\n\n".utf8) : []
        let trailer = blankLine + self.ear.watcher.missingEnd
        // Half a line behind the last event would swallow what is added.
        self.releasable = trailer.isEmpty ? self.receivedBytes : self.ear.passableBytes
        return self.complete(trailer: trailer, at: now)
    }

    /// A stream that cannot go on: another attempt before commit, an honest end after it.
    mutating func breakDown(_ detail: String, _ early: FailureClass, at now: MonotonicInstant) -> Directive {
        self.isCommitted ? self.cut(detail, at: now) : self.fail(early, detail, at: now)
    }

    /// Passes on everything that has come.
    mutating func flow(all bytes: Int, at now: MonotonicInstant) -> Directive {
        if !self.isCommitted { self.commit(at: now) }
        self.releasable = bytes
        return .flow
    }

    /// From here on the answer is the client's.
    mutating func commit(at now: MonotonicInstant) {
        self.isCommitted = true
        self.sendsElements = self.phase == .events && self.form == .jsonArray
        self.record.firstTokenMicroseconds = self.microseconds(until: now)
        if let attempt = self.attempt {
            self.health.succeed(attempt.target.entry.id)
            self.record.servingModel = attempt.target.entry.model
        }
    }

    /// The answer broke off after it had begun.
    mutating func cut(_ detail: String, at now: MonotonicInstant) -> Directive {
        let failure = AttemptFailure(.cut, status: self.head.status, message: UpstreamMessage(text: detail))
        if let attempt = self.attempt {
            self.cool(attempt, failure, at: now)
            self.closeAttempt(FailureClass.cut.rawValue, detail, at: now)
        }
        let name = self.attempt?.target.channel.name ?? ""
        let fault = GatewayFault(
            status: 502,
            message: "The answer of \(name) broke off: \(self.scrubbed(detail)). What was sent so far is incomplete",
            code: "stream_cut"
        )
        return self.breakOff(fault, detail, at: now)
    }

    /// Tells the client that what it has is all there will be.
    private mutating func breakOff(_ fault: GatewayFault, _ detail: String, at now: MonotonicInstant) -> Directive {
        let isStream = self.phase == .events
        self.releasable = isStream ? self.ear.passableBytes : self.receivedBytes
        self.record.usage = self.ear.watcher.usage
        self.finish(.cut, status: self.head.status, error: detail, at: now)
        guard isStream else { return .breakOff(trailer: []) }
        guard self.form == .same else {
            return .breakOff(
                trailer: self.ear.closeArray(with: fault.body(self.endpoint.dialect, requestID: self.record.id))
            )
        }
        return .breakOff(trailer: fault.event(self.endpoint.dialect, requestID: self.record.id))
    }

    /// The gateway ends the exchange by itself; nobody's health changes.
    ///
    /// - Parameters:
    ///   - reason: Why, for the client and the journal.
    ///   - now: The moment.
    /// - Returns: How the client is told.
    public mutating func interrupt(_ reason: String, at now: MonotonicInstant) -> Directive {
        guard self.phase != .over, let attempt = self.attempt else { return .wait }
        if self.phase != .paused { self.closeAttempt("interrupted", reason, at: now) }
        guard self.isCommitted else {
            self.health.abandon(attempt.target.entry.id)
            let fault = GatewayFault(status: 503, message: reason, code: "interrupted", retryAfterSeconds: 1)
            self.finish(.failed, status: 503, error: reason, at: now)
            let body = fault.body(self.endpoint.dialect, requestID: self.record.id)
            return .answer(LocalAnswer(status: 503, body: body, retryAfterSeconds: 1))
        }
        return self.breakOff(GatewayFault(status: 503, message: reason, code: "interrupted"), reason, at: now)
    }

    /// The answer is whole.
    mutating func complete(trailer: [UInt8], at now: MonotonicInstant) -> Directive {
        if !self.isCommitted { self.commit(at: now) }
        self.closeAttempt("ok", nil, at: now)
        if self.phase == .events { self.record.usage = self.ear.watcher.usage }
        let omitted = self.ear.omissions.count
        let remark = omitted > 0 ? "malformed events of the provider were left out: \(omitted)" : nil
        self.finish(.completed, status: self.head.status, error: remark, at: now)
        return .end(trailer: self.sendsElements ? self.ear.closeArray() : trailer)
    }
}
