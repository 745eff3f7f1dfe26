import Configuration
import Dialects
public import Routing
import ServerSentEvents

/// Failures before commit, and who is tried next.
extension Exchange {
    /// A provider that is asked again without being told when waits this long, in milliseconds.
    private static let inlinePause = 200...500
    /// The only candidate is asked again after a pause like this, in milliseconds, when it is rate limited.
    private static let backOffPause = 300...900
    /// Such pauses are made at most this often.
    private static let maximumBackOffTries = 3
    /// Such pauses end within this time.
    private static let backOffWindow: Duration = .seconds(3)
    /// A connection found dead is replaced without counting, at most this often in a request.
    private static let maximumFreeRetries = 3
    /// A provider's own wait is taken to be between these.
    private static let retryAfterBounds: ClosedRange<Duration> = .seconds(1)...(.seconds(3600))

    mutating func tryNext(at now: MonotonicInstant) -> Directive {
        guard self.attemptCount < self.snapshot.settings.maximumAttempts, let target = self.nextTarget(at: now),
            let route = self.snapshot.route(of: target.channel.id)
        else { return self.exhausted(at: now) }
        return self.startFirst(target, route, at: now)
    }

    private mutating func nextTarget(at now: MonotonicInstant) -> RouteTarget? {
        let (snapshot, endpoint) = (self.snapshot, self.endpoint)
        return self.health.next(&self.cursor, at: now) { snapshot.obstacle($0, endpoint) }
    }

    private mutating func startFirst(
        _ target: RouteTarget,
        _ route: ChannelRoute,
        at now: MonotonicInstant
    ) -> Directive {
        self.triesOnEntry = 0
        self.firstTryOnEntry = now
        return self.start(target, route, at: now)
    }

    mutating func start(
        _ target: RouteTarget,
        _ route: ChannelRoute,
        at now: MonotonicInstant,
        mayReuseConnection: Bool = true
    ) -> Directive {
        self.triesOnEntry += 1
        self.attemptCount += 1
        let attempt = Attempt(
            target: target,
            route: route,
            number: self.attemptCount,
            startedAt: now,
            mayReuseConnection: mayReuseConnection,
            connectTimeout: target.channel.connectTimeout ?? self.snapshot.settings.connectTimeout
        )
        self.attempt = attempt
        self.phase = .head
        self.lastLife = now
        self.releasable = 0
        self.receivedBytes = 0
        if self.ear.events > 0 || !self.failures.isEmpty {
            self.parser = .init()
            self.ear = EventEar(StreamWatcher(self.endpoint), form: self.form)
        }
        self.record.channelID = target.channel.id
        self.record.channelName = target.channel.name
        self.record.entryID = target.entry.id
        self.record.outboundDialect = self.endpoint.dialect
        return .attempt(attempt)
    }

    mutating func fail(_ failureClass: FailureClass, _ detail: String, at now: MonotonicInstant) -> Directive {
        let status = self.phase == .head ? nil : self.head.status
        return self.fail(AttemptFailure(failureClass, status: status, message: UpstreamMessage(text: detail)), at: now)
    }

    /// An attempt failed and nothing has been sent to the client: decides what follows, by the table.
    mutating func fail(_ failure: AttemptFailure, at now: MonotonicInstant) -> Directive {
        guard let attempt = self.attempt else { return self.exhausted(at: now) }
        self.closeAttempt(failure.failureClass.rawValue, failure.summary, status: failure.status, at: now)
        let disposition = failure.failureClass.disposition
        if disposition.retry == .free, self.freeRetries < Self.maximumFreeRetries {
            self.freeRetries += 1
            self.attemptCount -= 1
            self.triesOnEntry -= 1
            return self.start(attempt.target, attempt.route, at: now, mayReuseConnection: false)
        }
        self.failures.append((attempt, failure))
        if let pause = self.inlineRetry(failure, disposition.retry, at: now) { return self.pause(pause) }
        guard disposition.triesNext else {
            self.health.abandon(attempt.target.entry.id)
            return self.refuse(failure, at: now)
        }
        if failure.failureClass == .rateLimited { return self.afterRateLimit(attempt, failure, at: now) }
        self.cool(attempt, failure, at: now)
        return self.tryNext(at: now)
    }

    private mutating func pause(_ duration: Duration) -> Directive {
        self.phase = .paused
        return .pause(duration)
    }

    /// The pause before the same entry is tried once more; `nil` when it is not.
    private mutating func inlineRetry(
        _ failure: AttemptFailure,
        _ retry: FailureClass.Disposition.Retry,
        at now: MonotonicInstant
    ) -> Duration? {
        guard self.triesOnEntry < 2, self.attemptCount < self.snapshot.settings.maximumAttempts else { return nil }
        let pause: Duration
        switch (retry, failure.retryAfter) {
        case (.once, nil): pause = self.random.pause(Self.inlinePause)
        case (.once, let wait?) where wait <= FailureClass.maximumInlineWait: pause = wait
        case (.whenToldSoon, let wait?) where wait <= FailureClass.maximumInlineWait: pause = wait
        default: return nil
        }
        return now + pause < self.requestDeadline ? pause : nil
    }

    /// Another candidate at once; without one, the same entry a few times more.
    private mutating func afterRateLimit(
        _ attempt: Attempt,
        _ failure: AttemptFailure,
        at now: MonotonicInstant
    ) -> Directive {
        let mayTry = self.attemptCount < self.snapshot.settings.maximumAttempts
        if mayTry, let target = self.nextTarget(at: now), let route = self.snapshot.route(of: target.channel.id) {
            self.cool(attempt, failure, at: now)
            return self.startFirst(target, route, at: now)
        }
        let isToldToWait = failure.retryAfter.map { $0 > FailureClass.maximumInlineWait } ?? false
        let pause = self.random.pause(Self.backOffPause)
        if mayTry, !isToldToWait, self.triesOnEntry < Self.maximumBackOffTries,
            now + pause < self.firstTryOnEntry + Self.backOffWindow, now + pause < self.requestDeadline
        {
            return self.pause(pause)
        }
        self.cool(attempt, failure, at: now)
        return self.exhausted(at: now)
    }

    /// Sends whoever the table names into a cooldown.
    mutating func cool(_ attempt: Attempt, _ failure: AttemptFailure, at now: MonotonicInstant) {
        let told = failure.retryAfter.map {
            min(max($0, Self.retryAfterBounds.lowerBound), Self.retryAfterBounds.upperBound)
        }
        let duration = told ?? self.snapshot.settings.cooldown
        let entries: [APIEntry.ID]
        let kind: CooldownReason.Kind
        switch failure.failureClass.disposition.cooling {
        case .nothing:
            self.health.abandon(attempt.target.entry.id)
            return
        case .entry(let reason): (entries, kind) = ([attempt.target.entry.id], reason)
        case .channel(let reason): (entries, kind) = (self.snapshot.entries(of: attempt.target.channel.id), reason)
        }
        let reason = CooldownReason(kind: kind, status: failure.status, detail: self.scrubbed(failure.summary))
        self.health.cool(entries, for: duration, reason: reason, at: now)
    }
}

/// Time limits.
extension Exchange {
    /// When the whole request must have an answer.
    var requestDeadline: MonotonicInstant { self.arrival + self.snapshot.settings.requestDeadline }

    /// When ``timedOut(at:)`` is to be called unless something happens before.
    public var deadline: MonotonicInstant {
        let settings = self.snapshot.settings
        switch self.phase {
        case .idle, .over: return MonotonicInstant(nanoseconds: .max)
        case .paused: return self.requestDeadline
        case .head:
            let silence =
                self.attempt?.target.channel.responseTimeout
                ?? (self.facts.wantsStream ? settings.streamIdleTimeout : nil)
            return silence.map { min(self.lastLife + $0, self.requestDeadline) } ?? self.requestDeadline
        case .failureBody, .whole, .opaque, .events:
            let patience =
                self.phase == .events && self.ear.watcher.progress == .finished
                ? Self.endMarkPatience : settings.streamIdleTimeout
            let idle = self.lastLife + patience
            // An answer that is on its way to the client may take as long as it keeps coming.
            return self.isCommitted ? idle : min(idle, self.requestDeadline)
        }
    }

    /// The ``deadline`` has passed.
    public mutating func timedOut(at now: MonotonicInstant) -> Directive {
        guard self.phase != .over, self.phase != .idle else { return .wait }
        if self.isCommitted {
            if self.phase == .events, self.ear.watcher.progress == .finished {
                return self.complete(trailer: self.ear.watcher.missingEnd, at: now)
            }
            return self.cut("nothing came for \(self.snapshot.settings.streamIdleTimeout.secondsRoundedUp) s", at: now)
        }
        if now >= self.requestDeadline { return self.overdue(at: now) }
        return self.fail(.silent, "no answer in time", at: now)
    }
}
