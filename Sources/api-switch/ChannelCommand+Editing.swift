import Administration
import ArgumentParser
import Configuration
import Dialects
import GatewayServer

extension ChannelCommand {
    /// `api-switch channel add`.
    struct Add: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a channel.",
            discussion: """
                Shows the URL that will be called. openai, anthropic and gemini need no --base-url for the makers' own \
                services.

                Examples:
                  api-switch channel add --name Claude --type anthropic --api-key -
                  api-switch channel add --name DeepSeek --type openai --api-key - \\
                    --base-url https://api.deepseek.com --model deepseek-chat
                """
        )

        @OptionGroup var options: StateOptions
        @Option(help: "Its name.")
        var name: String
        @Option(help: APIType.help, completion: .list(APIType.words))
        var type: String
        @OptionGroup var fields: ChannelFields

        func perform(on state: GatewayState) throws -> Report {
            let type = try APIType(argument: self.type)
            guard let baseURL = self.fields.baseURL?.trimmed ?? type.defaultBaseURL else {
                throw CommandError("a channel of type \(type.rawValue) needs its address: add --base-url URL")
            }
            _ = try ProviderAddress(baseURL: baseURL, type: type)
            let patch = try self.fields.read(environment: Foundationless.environment())
            return try state.report { draft in
                let id = try draft.addChannel(name: self.name, type: type, baseURL: baseURL) { patch.fill(&$0) }
                return try draft.finishChannel(id, models: self.fields.model)
            }
        }
    }

    /// `api-switch channel edit`.
    struct Edit: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit",
            abstract: "Change a channel; what is not given stays.",
            discussion: """
                Entries stay, too; --model adds those that are missing.

                Examples:
                  api-switch channel edit DeepSeek --api-key -
                  api-switch channel edit DeepSeek --name "My DeepSeek" --proxy none
                """
        )

        @OptionGroup var options: StateOptions
        @Argument(help: "The channel's name.")
        var channel: String
        @Option(help: "Its new name.")
        var name: String?
        @Option(help: APIType.help, completion: .list(APIType.words))
        var type: String?
        @OptionGroup var fields: ChannelFields

        func perform(on state: GatewayState) throws -> Report {
            let type = try self.type.map { try APIType(argument: $0) }
            // Before anybody is asked for a key.
            _ = try ConfigurationDraft(try state.configuration()).existingChannel(self.channel)
            let patch = try self.fields.read(environment: Foundationless.environment())
            return try state.report { draft in
                let before = try draft.existingChannel(self.channel)
                var channel = before
                channel.name = self.name ?? channel.name
                channel.type = type ?? channel.type
                // Another type's default is no choice of the user (`product.md` §2).
                if channel.baseURL == before.type.defaultBaseURL {
                    channel.baseURL = channel.type.defaultBaseURL ?? channel.baseURL
                }
                patch.fill(&channel)
                if type != nil || patch.baseURL != nil {
                    _ = try ProviderAddress(baseURL: channel.baseURL, type: channel.type)
                }
                try draft.updateChannel(before.id) { $0 = channel }
                return try draft.finishChannel(before.id, models: self.fields.model)
            }
        }
    }
}

extension ConfigurationDraft {
    /// Adds the entries that a channel lacks, and tells where it calls.
    fileprivate mutating func finishChannel(_ id: Channel.ID, models: [String]) throws -> Report {
        for model in models where self.entry(of: id, model: model) == nil { try self.addEntry(to: id, model: model) }
        let calls = self.channel(id).map { ["calls: \($0.shownDestination)"] } ?? []
        return self.channelReport(id, lines: calls)
    }
}

extension APIType {
    /// What the option `--type` says of itself.
    fileprivate static var help: ArgumentHelp {
        ArgumentHelp("How it is called: \(Self.words.joined(separator: ", ")).", valueName: "type")
    }

    /// Reads an argument.
    fileprivate init(argument: String) throws(CommandError) {
        guard let type = APIType(word: argument) else {
            throw CommandError("--type must be one of \(Self.words.joined(separator: ", ")), not '\(argument)'")
        }
        self = type
    }

    /// Where the type's maker serves it; `nil` where every account has its own address.
    fileprivate var defaultBaseURL: String? {
        switch self {
        case .openai: "https://api.openai.com"
        case .anthropic: "https://api.anthropic.com"
        case .gemini: "https://generativelanguage.googleapis.com"
        case .azure, .custom: nil
        }
    }
}
