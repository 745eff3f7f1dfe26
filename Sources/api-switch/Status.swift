import ArgumentParser
import GatewayServer
import JSON

/// `api-switch status`.
struct Status: StateCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show whether the gateway runs, its channels, entries and cooldowns.",
        discussion: """
            Examples:
              api-switch status
              api-switch status --json
            """
    )

    @OptionGroup var options: StateOptions

    func perform(on state: GatewayState) throws -> Report {
        let status = try state.status()
        return Report(lines: [status.text], members: status.members)
    }
}

extension GatewayStatus {
    /// For programs.
    var members: JSONObject {
        [
            "running": .bool(self.isRunning),
            "url": self.url.map(JSONValue.string) ?? .null,
            "pid": self.processID.map { .number(JSONNumber($0)) } ?? .null,
            "version": .string(GatewayVersion.current),
            "data_folder": .string(self.dataFolder),
            "revision": .number(JSONNumber(self.revision)),
            "requests": .number(JSONNumber(self.requestCount)),
            "channels": .array(self.channels.map(\.json)),
            "entries": .array(self.entries.map(\.json)),
        ]
    }

    /// For people.
    var text: String {
        var lines = [
            self.isRunning
                ? "API Switch runs on \(self.url ?? "?") (process \(self.processID ?? 0))"
                : "API Switch is not running",
            "State: \(self.dataFolder), \(self.requestCount) requests in the log",
        ]
        guard !self.entries.isEmpty else { return (lines + ["No entries yet."]).joined(separator: "\n") }
        let rows = self.entries.map { entry in
            [
                entry.dot, entry.channel, entry.model, entry.displayName ?? "", entry.isInAuto ? "auto" : "",
                entry.remark,
            ]
        }
        lines += ["", Terminal.table([["", "CHANNEL", "MODEL", "NAME", "AUTO", ""]] + rows)]
        return lines.joined(separator: "\n")
    }
}

extension GatewayStatus.ChannelStatus {
    fileprivate var json: JSONValue {
        .object([
            "name": .string(self.name), "type": .string(self.type), "base_url": .string(self.baseURL),
            "api_key": .string(self.maskedKey), "enabled": .bool(self.isEnabled),
        ])
    }
}

extension GatewayStatus.EntryStatus {
    fileprivate var json: JSONValue {
        .object([
            "channel": .string(self.channel), "model": .string(self.model),
            "name": self.displayName.map(JSONValue.string) ?? .null,
            "auto": .bool(self.isInAuto), "enabled": .bool(self.isEnabled),
            "state": .string(self.state.rawValue),
            "cooldown_seconds": self.cooldownSeconds.map { .number(JSONNumber($0)) } ?? .null,
            "reason": self.reason.map(JSONValue.string) ?? .null,
        ])
    }

    /// Green, red and grey for terminals without colours.
    fileprivate var dot: String {
        switch self.state {
        case .ready: "●"
        case .cooling: "✕"
        case .off: "○"
        }
    }

    fileprivate var remark: String {
        switch self.state {
        case .ready: ""
        case .off: "off"
        case .cooling: "cooling, \(self.cooldownSeconds ?? 0) s left: \(self.reason ?? "")"
        }
    }
}
