import Administration
import ArgumentParser
import Configuration
import GatewayServer
import JSON

/// `api-switch entry`.
struct EntryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entry",
        abstract: "Show and change entries: the models that can be routed to, in the order of AUTO.",
        discussion: """
            An entry is named CHANNEL/MODEL, or by its number in the list.

            Examples:
              api-switch entry list
              api-switch entry move DeepSeek/deepseek-chat --top
            """,
        subcommands: [
            List.self, Add.self, Edit.self, Rename.self, Move.self, Remove.self, Switch<SwitchOn>.self,
            Switch<SwitchOff>.self,
        ]
    )
}

extension EntryCommand {
    /// `api-switch entry list`.
    struct List: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show all entries in the order of AUTO.",
            discussion: """
                Examples:
                  api-switch entry list
                  api-switch entry list --json
                """
        )

        @OptionGroup var options: StateOptions

        func perform(on state: GatewayState) throws -> Report {
            let configuration = try state.configuration()
            let views = ConfigurationDraft(configuration).entryViews
            let statuses = Dictionary(
                try state.status().entries.map { ([$0.channel, $0.model], $0) },
                uniquingKeysWith: { first, _ in first }
            )
            let rows = views.map { ($0, statuses[[$0.channel.name, $0.entry.model]]) }
            return Report(
                lines: rows.isEmpty
                    ? ["No entries yet; 'api-switch entry add CHANNEL MODEL' adds one."]
                    : [Terminal.table([EntryView.columns] + rows.map { $0.cells + [$1?.stateCell ?? "-"] })],
                members: [
                    "entries": .array(rows.map { .object(Self.members($0, $1)) }),
                    "revision": .number(JSONNumber(configuration.revision)),
                ]
            )
        }

        private static func members(_ view: EntryView, _ status: GatewayStatus.EntryStatus?) -> JSONObject {
            var members = view.members
            members["state"] = (status?.state.rawValue).map(JSONValue.string) ?? .null
            members["cooldown_seconds"] = (status?.cooldownSeconds).map { .number(JSONNumber($0)) } ?? .null
            members["reason"] = (status?.reason).map(JSONValue.string) ?? .null
            return members
        }
    }

    /// `api-switch entry remove`.
    struct Remove: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove an entry.",
            discussion: """
                Examples:
                  api-switch entry remove DeepSeek/deepseek-chat
                  api-switch entry remove 3
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var target: EntryArgument

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                try draft.removeEntry(draft.existingEntry(self.target.entry).id)
                return Report()
            }
        }
    }

    /// `api-switch entry enable` and `disable`.
    struct Switch<Side: SwitchSide>: StateCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Side.verb,
                abstract: "Switch an entry \(Side.word).",
                discussion: """
                    Examples:
                      api-switch entry \(Side.verb) DeepSeek/deepseek-chat
                      api-switch entry \(Side.verb) 3
                    """
            )
        }

        @OptionGroup var options: StateOptions
        @OptionGroup var target: EntryArgument

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                let id = try draft.existingEntry(self.target.entry).id
                try draft.updateEntry(id) { $0.isEnabled = Side.isOn }
                return draft.entryReport(id)
            }
        }
    }
}

/// The argument that names an entry.
struct EntryArgument: ParsableArguments {
    @Argument(help: "The entry: CHANNEL/MODEL, or its number in 'entry list'.")
    var entry: String
}
