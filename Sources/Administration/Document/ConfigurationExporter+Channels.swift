import Configuration
import Yams

extension ConfigurationExporter {
    static func channels(_ configuration: Configuration, includeKeys: Bool) -> Node? {
        guard !configuration.channels.isEmpty else { return nil }
        let nodes = configuration.channels.map { channel in
            let entries = configuration.entries.filter { $0.channelID == channel.id }
            return Self.channel(channel, entries: entries, includeKeys: includeKeys)
        }
        return Node(nodes, .implicit, .block)
    }

    private static func channel(_ channel: Channel, entries: [APIEntry], includeKeys: Bool) -> Node {
        var members = NodeMembers()
        members.text("name", channel.name)
        members.text("type", channel.type.rawValue)
        members.text("base_url", channel.baseURL)
        if includeKeys, !channel.apiKey.isEmpty { members.text("api_key", channel.apiKey.value) }
        if !channel.notes.isEmpty { members.text("notes", channel.notes) }
        if includeKeys, !channel.headers.isEmpty { members.add("headers", Self.headers(channel.headers)) }
        switch channel.proxy {
        case .environment: break
        case .none: members.text("proxy", "none")
        case .url(let url):
            if includeKeys || !FieldRules.hasCredentials(url.value) { members.text("proxy", url.value) }
        }
        if let version = channel.apiVersion { members.text("api_version", version) }
        if let timeout = channel.connectTimeout {
            members.add("connect_timeout", DocumentText.plain(DocumentText.seconds(timeout)))
        }
        if let timeout = channel.responseTimeout {
            members.add("response_timeout", DocumentText.plain(DocumentText.seconds(timeout)))
        }
        if !channel.isEnabled { members.add("enabled", DocumentText.plain("false")) }
        if !entries.isEmpty { members.add("models", Node(entries.map(Self.model), .implicit, .block)) }
        return members.node(.block)
    }

    private static func headers(_ headers: [Channel.Header]) -> Node {
        var members: [(Node, Node)] = []
        for header in headers {
            // Keys are not expanded when the file is read, so a dollar sign in a name stays single.
            members.append((Node(header.name, .implicit, .doubleQuoted), DocumentText.node(header.value.value)))
        }
        return Node(members, .implicit, .block)
    }

    private static func model(_ entry: APIEntry) -> Node {
        var members = NodeMembers()
        if let name = entry.displayName { members.text("name", name) }
        if let kind = entry.kind { members.text("kind", kind.rawValue) }
        if !entry.isInAuto { members.add("auto", DocumentText.plain("false")) }
        if !entry.isEnabled { members.add("enabled", DocumentText.plain("false")) }
        guard !members.isEmpty else { return DocumentText.node(entry.model) }
        var all = NodeMembers()
        all.text("model", entry.model)
        all.append(members)
        return all.node(.flow)
    }
}
