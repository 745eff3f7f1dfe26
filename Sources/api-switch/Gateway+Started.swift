import Configuration
import GatewayServer
import JSON

extension Gateway.Started {
    /// What a user sees when the gateway is up: where it is and what to do next.
    var banner: String {
        var lines = self.changes.map { "  \($0)" }
        if !lines.isEmpty { lines = ["Applied the configuration file:"] + lines + [""] }
        lines += [
            "API Switch \(GatewayVersion.current) is listening on \(self.url)",
            "",
            "  OpenAI clients      base URL \(self.url)/v1",
            "  Anthropic clients   base URL \(self.url)",
            "  Gemini clients      base URL \(self.url)",
            "  model               auto, or any of the names at \(self.url)/v1/models",
            "  state               \(self.dataFolder)",
            "",
        ]
        let entries = self.configuration.entries.count
        if entries == 0 {
            lines += [
                "There is nothing to route to yet. Add a channel (the key is asked for), or apply a configuration file:",
                "",
                "  api-switch channel add --name OpenAI --type openai --api-key - --model gpt-5.4-mini",
                "  api-switch apply gateway.yaml",
            ]
        } else {
            lines.append(
                "\(Self.count(self.configuration.channels.count, "channel", "channels")), "
                    + "\(Self.count(entries, "entry", "entries")). Stop with Ctrl-C."
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// The same for programs.
    var json: JSONValue {
        .object([
            "url": .string(self.url),
            "data_folder": .string(self.dataFolder),
            "version": .string(GatewayVersion.current),
            "changes": .array(self.changes.map(JSONValue.string)),
        ])
    }
}
