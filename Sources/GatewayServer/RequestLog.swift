import Logging
import Relay

/// A journal that also says one line for each request, when lines of that level are wanted.
struct RequestLog: RequestJournal {
    let journal: any RequestJournal
    let logger: Logger

    func append(_ record: RequestRecord) {
        self.journal.append(record)
        guard self.logger.logLevel <= .info else { return }
        self.logger.info(
            "request",
            metadata: [
                "request.id": "\(record.id)",
                "request.endpoint": "\(record.endpoint)",
                "request.model": "\(record.displayedModel)",
                "request.status": "\(record.status)",
                "request.ending": "\(record.ending.rawValue)",
                "request.attempts": "\(record.attempts.count)",
                "request.channel": "\(record.channelName ?? "-")",
                "request.ms": "\(record.totalMicroseconds / 1000)",
            ]
        )
    }
}
