import ArgumentParser
import GatewayServer
import JSON

/// `api-switch export`.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the configuration as a file that 'apply' takes.",
        discussion: """
            Examples:
              api-switch export > gateway.yaml
              api-switch export --include-keys > everything.yaml
            """
    )

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Write the providers' keys too. Keep such a file to yourself.")
    var includeKeys = false
    @Flag(help: "Print a JSON object that holds the file's text.")
    var json = false

    func run() async throws {
        do {
            let state = try GatewayState.open(self.folder.dataDir, environment: Foundationless.environment())
            let text = try state.export(includeKeys: self.includeKeys)
            if self.json {
                Terminal.say(.object(["yaml": .string(text)]))
            } else {
                Terminal.say(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            }
        } catch {
            throw Terminal.failure(error)
        }
    }
}
