import ArgumentParser
import GatewayServer
import JSON

/// `api-switch export`.
struct Export: StateCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the configuration as a file that 'apply' takes.",
        discussion: """
            With --json an object that holds the file's text.

            Examples:
              api-switch export > gateway.yaml
              api-switch export --include-keys > everything.yaml
            """
    )

    @OptionGroup var options: StateOptions
    @Flag(help: "Write the providers' keys too. Keep such a file to yourself.")
    var includeKeys = false

    func perform(on state: GatewayState) throws -> Report {
        let text = try state.export(includeKeys: self.includeKeys)
        return Report(lines: [text.hasSuffix("\n") ? String(text.dropLast()) : text], members: ["yaml": .string(text)])
    }
}
