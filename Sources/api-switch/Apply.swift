import ArgumentParser
import GatewayServer
import JSON

/// `api-switch apply`.
struct Apply: StateCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply a configuration file.",
        discussion: """
            Says what it changed; a second time there is nothing to change. What the file does not mention stays, \
            unless --prune is given. A gateway that runs takes the changes over at once.

            Examples:
              api-switch apply gateway.yaml
              api-switch export | api-switch apply - --prune
            """
    )

    @OptionGroup var options: StateOptions
    @Argument(help: "The file (YAML); - is the standard input.")
    var file: String
    @Flag(help: "Delete channels, entries and access keys that the file does not mention.")
    var prune = false

    func perform(on state: GatewayState) throws -> Report {
        .changes(try state.apply(file: self.file, environment: Foundationless.environment(), prune: self.prune))
    }
}
