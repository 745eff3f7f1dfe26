public import Configuration
import Yams

/// Writes a configuration as the file that ``ConfigurationDocument`` reads.
public enum ConfigurationExporter {
    /// The YAML library refused to write; happens only when memory runs out.
    public struct WriteError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What happened and what to do.
        public var description: String { "the configuration could not be written as YAML; free memory and try again" }
    }

    /// Writes a configuration.
    ///
    /// Only what differs from the defaults is written. Applying the file to an empty configuration gives the same one,
    /// numbers and revision aside, when the keys are included.
    ///
    /// - Parameters:
    ///   - configuration: What is written.
    ///   - includeKeys: Also writes provider keys, headers, proxies with passwords, and the digests of access keys (their
    ///     keys are not known). Without it these are left out, and applying the file keeps those that are stored.
    /// - Returns: The text of the file.
    /// - Throws: ``WriteError``.
    public static func export(_ configuration: Configuration, includeKeys: Bool = false) throws(WriteError) -> String {
        var members: [(Node, Node)] = []
        func add(_ name: String, _ node: Node?) {
            if let node { members.append((DocumentText.plain(name), node)) }
        }
        add("channels", Self.channels(configuration, includeKeys: includeKeys))
        add("order", Self.order(configuration))
        if includeKeys { add("access_keys", Self.accessKeys(configuration.accessKeys)) }
        add("settings", Self.settings(configuration.settings))
        let notice = includeKeys ? Self.warning : Self.omissions(configuration)
        guard !members.isEmpty else { return notice }
        do {
            let root = Node(members, .implicit, .block)
            return notice + (try Yams.serialize(node: root, indent: 2, width: -1, allowUnicode: true))
        } catch {
            throw WriteError()
        }
    }

    private static let warning = "# This file holds keys: keep it as safe as they are.\n"

    /// Says in comments what is left out.
    private static func omissions(_ configuration: Configuration) -> String {
        var lines = ["# Keys are left out; applying this file keeps those that are stored."]
        if !configuration.accessKeys.isEmpty {
            lines.append("# Access keys: " + configuration.accessKeys.map(\.name).joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func accessKeys(_ keys: [AccessKey]) -> Node? {
        guard !keys.isEmpty else { return nil }
        return Node(
            keys.map { key in
                var members = NodeMembers()
                members.text("name", key.name)
                members.add("digest", Node(key.digest.hex, .implicit, .doubleQuoted))
                if !key.hint.isEmpty { members.text("hint", key.hint) }
                if !key.isEnabled { members.add("enabled", DocumentText.plain("false")) }
                return members.node(.flow)
            },
            .implicit,
            .block
        )
    }

    private static func settings(_ settings: GatewaySettings) -> Node? {
        var members = NodeMembers()
        for descriptor in SettingDescriptor.all {
            let text = descriptor.text(in: settings)
            guard text != descriptor.text(in: GatewaySettings()) else { continue }
            switch descriptor.form {
            case .seconds, .integer, .flag: members.add(descriptor.name, DocumentText.plain(text))
            case .choice, .text: members.text(descriptor.name, text)
            }
        }
        return members.isEmpty ? nil : members.node(.block)
    }

    /// The whole AUTO order, where it does not go channel by channel.
    private static func order(_ configuration: Configuration) -> Node? {
        let byChannel = configuration.channels.flatMap { channel in
            configuration.entries.filter { $0.channelID == channel.id }
        }
        guard byChannel.map(\.id) != configuration.entries.map(\.id) else { return nil }
        let names = Dictionary(configuration.channels.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let places = configuration.entries.map { entry in
            var members = NodeMembers()
            members.text("channel", names[entry.channelID] ?? "")
            members.text("model", entry.model)
            return members.node(.flow)
        }
        return Node(places, .implicit, .block)
    }
}

/// The members of a mapping that is being built.
struct NodeMembers {
    private var members: [(Node, Node)] = []

    var isEmpty: Bool { self.members.isEmpty }

    mutating func add(_ name: String, _ node: Node) { self.members.append((DocumentText.plain(name), node)) }

    mutating func text(_ name: String, _ text: String) { self.add(name, DocumentText.node(text)) }

    mutating func append(_ other: NodeMembers) { self.members += other.members }

    func node(_ style: Node.Mapping.Style) -> Node { Node(self.members, .implicit, style) }
}
