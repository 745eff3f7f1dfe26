import ArgumentParser
import GatewayServer
import JSON

/// `api-switch apply`.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply a configuration file.",
        discussion: """
            Says what it changed; a second time there is nothing to change. What the file does not mention stays, unless
            --prune is given. A gateway that runs takes the changes over at once.

            Examples:
              api-switch apply gateway.yaml
              api-switch export | api-switch apply - --prune
            """
    )

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The file (YAML); - is the standard input.")
    var file: String
    @Flag(help: "Delete channels, entries and access keys that the file does not mention.")
    var prune = false
    @Flag(help: "Print the changes as JSON.")
    var json = false

    func run() async throws {
        do {
            let environment = Foundationless.environment()
            let state = try GatewayState.open(self.folder.dataDir, environment: environment)
            let outcome = try state.apply(file: self.file, environment: environment, prune: self.prune)
            if self.json {
                Terminal.say(
                    .object([
                        "changes": .array(outcome.changes.map(JSONValue.string)),
                        "revision": .number(JSONNumber(outcome.revision)),
                        "gateway_notified": .bool(outcome.isGatewayNotified),
                    ])
                )
            } else if outcome.changes.isEmpty {
                Terminal.say("Nothing to change.")
            } else {
                for change in outcome.changes { Terminal.say(change) }
                Terminal.say(
                    outcome.isGatewayNotified
                        ? "The running gateway takes this over now." : "The gateway is not running."
                )
            }
        } catch {
            throw Terminal.failure(error)
        }
    }
}
