import Administration
import Configuration
import GatewayServer
import JSON

/// An entry with its place and its channel.
struct EntryView {
    /// Its place in AUTO order; the first is 1.
    var position: Int
    var channel: Channel
    var entry: APIEntry

    /// How commands take it: `CHANNEL/MODEL`.
    var address: String { "\(self.channel.name)/\(self.entry.model)" }

    /// For programs.
    var members: JSONObject {
        [
            "position": .number(JSONNumber(self.position)),
            "channel": .string(self.channel.name),
            "model": .string(self.entry.model),
            "name": self.entry.displayName.map(JSONValue.string) ?? .null,
            "kind": .string(self.entry.effectiveKind.rawValue),
            "auto": .bool(self.entry.isInAuto),
            "enabled": .bool(self.entry.isEnabled),
        ]
    }

    /// For people; see ``columns``.
    var cells: [String] {
        [
            String(self.position), self.channel.name, self.entry.model, self.entry.displayName ?? "",
            self.entry.effectiveKind.rawValue, self.entry.isInAuto ? "auto" : "",
        ]
    }

    static let columns = ["#", "CHANNEL", "MODEL", "NAME", "KIND", "AUTO", "STATE"]
}

extension ConfigurationDraft {
    /// All entries, in AUTO order.
    var entryViews: [EntryView] {
        self.entries.enumerated().compactMap { index, entry in
            self.channel(entry.channelID).map { EntryView(position: index + 1, channel: $0, entry: entry) }
        }
    }

    /// An entry after it was changed.
    func entryReport(_ id: APIEntry.ID, lines: (EntryView) -> [String] = { _ in [] }) -> Report {
        guard let view = self.entryViews.first(where: { $0.entry.id == id }) else { return Report() }
        return Report(lines: lines(view), members: ["entry": .object(view.members)])
    }

    /// The entry that a user names: `CHANNEL/MODEL`, or its number in `entry list`.
    ///
    /// Both names may hold slashes. The channel ends at the first slash that makes sense.
    ///
    /// - Throws: ``CommandError`` or `ConfigurationError.notFound`.
    func existingEntry(_ address: String) throws -> APIEntry {
        if let number = Int(address) {
            guard self.entries.indices.contains(number - 1) else {
                throw CommandError("there is no entry number \(number); 'api-switch entry list' shows all")
            }
            return self.entries[number - 1]
        }
        let slashes = address.indices.filter { address[$0] == "/" }
        guard !slashes.isEmpty else {
            throw CommandError(
                "'\(address)' is no entry; write CHANNEL/MODEL, or its number in 'api-switch entry list'"
            )
        }
        for slash in slashes {
            let model = String(address[address.index(after: slash)...])
            if let channel = self.channel(named: String(address[..<slash])),
                let entry = self.entry(of: channel.id, model: model)
            {
                return entry
            }
        }
        throw ConfigurationError.notFound(.entry, name: address)
    }
}

extension GatewayStatus.EntryStatus {
    /// The state and what is to be said of it.
    var stateCell: String {
        guard self.state == .cooling else { return self.state.rawValue }
        return "cooling, \(self.cooldownSeconds ?? 0) s left: \(self.reason ?? "")"
    }
}
