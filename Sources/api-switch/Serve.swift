import ArgumentParser
import GatewayServer

/// `api-switch serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gateway.",
        discussion: """
            Examples:
              api-switch serve
              api-switch serve --config gateway.yaml --port 9191
            """
    )

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("A configuration file (YAML) that is applied at start.", valueName: "file"))
    var config: String?
    @Option(
        help: ArgumentHelp("The address to listen on; others than loopback require access keys.", valueName: "address")
    )
    var host: String?
    @Option(help: ArgumentHelp("The port to listen on; 0 lets the system choose.", valueName: "port"))
    var port: Int?
    @Option(help: ArgumentHelp("Event loops; default: one a processor, at most four.", valueName: "count"))
    var threads: Int?
    @Option(help: "From which level on things are logged to the standard error. 'info' logs every request.")
    var logLevel: LogLevel = .notice
    @Flag(help: "Print where the gateway listens as JSON.")
    var json = false

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
        if let threads, !(1...64).contains(threads) { throw ValidationError("--threads must be from 1 to 64") }
    }

    func run() async throws {
        let options = GatewayOptions(
            dataDirectory: self.folder.dataDir,
            configurationFile: self.config,
            host: self.host,
            port: self.port,
            threads: self.threads,
            environment: Foundationless.environment()
        )
        let json = self.json
        do {
            try await Gateway(options: options, logger: .program(self.logLevel.level)).run { started in
                if json { Terminal.say(started.json) } else { Terminal.say(started.banner) }
            }
        } catch {
            throw Terminal.failure(error)
        }
    }
}
