import Administration
import ArgumentParser
import Configuration
import GatewayServer
import JSON

/// `api-switch channel`.
struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel",
        abstract: "Show and change channels, the provider accounts.",
        discussion: """
            Examples:
              api-switch channel add --name OpenAI --type openai --api-key -
              api-switch channel list
            """,
        subcommands: [
            List.self, Add.self, Edit.self, Remove.self, Switch<SwitchOn>.self, Switch<SwitchOff>.self,
        ]
    )
}

extension ChannelCommand {
    /// `api-switch channel list`.
    struct List: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show all channels and where they call.",
            discussion: """
                Examples:
                  api-switch channel list
                  api-switch channel list --json
                """
        )

        @OptionGroup var options: StateOptions

        func perform(on state: GatewayState) throws -> Report {
            let draft = ConfigurationDraft(try state.configuration())
            let rows = draft.channels.map { $0.row(entryCount: draft.entries(of: $0.id).count) }
            return Report(
                lines: rows.isEmpty
                    ? ["No channels yet; 'api-switch channel add' adds one."]
                    : [Terminal.table([Channel.columns] + rows)],
                members: [
                    "channels": .array(draft.channels.map { $0.json(models: draft.models(of: $0.id)) }),
                    "revision": .number(JSONNumber(draft.configuration.revision)),
                ]
            )
        }
    }

    /// `api-switch channel remove`.
    struct Remove: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a channel and its entries.",
            discussion: """
                Asks first. 'disable' takes a channel out of use and keeps it.

                Examples:
                  api-switch channel remove DeepSeek
                  api-switch channel remove DeepSeek --yes
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var confirmation: ConfirmationOptions
        @Argument(help: "The channel's name.")
        var name: String

        func perform(on state: GatewayState) throws -> Report {
            let before = ConfigurationDraft(try state.configuration())
            let channel = try before.existingChannel(self.name)
            let count = before.entries(of: channel.id).count
            let entries = count == 0 ? "" : " and its \(count) \(count == 1 ? "entry" : "entries")"
            try self.confirmation.confirm("Remove channel '\(channel.name)'\(entries)?")
            return try state.report { draft in
                try draft.removeChannel(channel.id)
                return Report()
            }
        }
    }

    /// `api-switch channel enable` and `disable`.
    struct Switch<Side: SwitchSide>: StateCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Side.verb,
                abstract: "Switch a channel \(Side.word); the switches of its entries stay as they are.",
                discussion: """
                    Examples:
                      api-switch channel \(Side.verb) DeepSeek
                      api-switch channel \(Side.verb) "My relay" --json
                    """
            )
        }

        @OptionGroup var options: StateOptions
        @Argument(help: "The channel's name.")
        var name: String

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                let id = try draft.existingChannel(self.name).id
                try draft.updateChannel(id) { $0.isEnabled = Side.isOn }
                return draft.channelReport(id)
            }
        }
    }
}

extension ConfigurationDraft {
    /// The channel with a name.
    ///
    /// - Throws: `ConfigurationError.notFound`.
    func existingChannel(_ name: String) throws(ConfigurationError) -> Channel {
        guard let channel = self.channel(named: name) else { throw .notFound(.channel, name: name) }
        return channel
    }

    /// The models of a channel, in AUTO order.
    func models(of channel: Channel.ID) -> [String] { self.entries(of: channel).map(\.model) }

    /// A channel after it was changed.
    func channelReport(_ id: Channel.ID, lines: [String] = []) -> Report {
        guard let channel = self.channel(id) else { return Report() }
        return Report(lines: lines, members: ["channel": channel.json(models: self.models(of: id))])
    }
}
