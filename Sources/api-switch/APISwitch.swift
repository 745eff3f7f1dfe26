import ArgumentParser
import GatewayServer
import Logging

/// The command line of API Switch.
@main
struct APISwitch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-switch",
        abstract: "One address for all your AI providers.",
        discussion: """
            Add a provider account, start the gateway, and point every client at http://127.0.0.1:9090:

              api-switch channel add --name OpenAI --type openai --api-key - --model gpt-5.4-mini
              api-switch serve

            Or describe everything in a file: api-switch serve --config gateway.yaml

            The model "auto" is answered by the best entry that can.
            """,
        version: GatewayVersion.current,
        subcommands: [
            Serve.self, Status.self, Logs.self, ChannelCommand.self, EntryCommand.self, KeyCommand.self,
            SettingsCommand.self, Apply.self, Export.self,
        ]
    )
}

/// Options that every command has.
struct FolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder with the gateway's state.", valueName: "folder"))
    var dataDir: String?
}

/// How much is said.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

extension Logger {
    /// Says things on the standard error, from a level on.
    static func program(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "api-switch") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
