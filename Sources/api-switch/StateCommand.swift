import Administration
import ArgumentParser
import GatewayServer
import JSON

/// Options of every command that shows or changes the configuration.
struct StateOptions: ParsableArguments {
    @OptionGroup var folder: FolderOptions
    @Flag(help: "Print JSON.")
    var json = false
}

/// A command that works on the state of a gateway, whether that runs or not.
///
/// Conforming types say what to do; opening the state, printing and telling errors is done here.
protocol StateCommand: AsyncParsableCommand {
    /// Where the state is and how things are printed.
    var options: StateOptions { get }

    /// Does the work.
    ///
    /// - Returns: What to print.
    func perform(on state: GatewayState) throws -> Report
}

extension StateCommand {
    func run() async throws {
        do {
            let state = try GatewayState.open(self.options.folder.dataDir, environment: Foundationless.environment())
            let report = try self.perform(on: state)
            if self.options.json { Terminal.say(report.json) } else { Terminal.say(report.text) }
        } catch {
            throw Terminal.failure(error)
        }
    }
}

/// What a command prints, for people and for programs.
struct Report {
    /// The lines for people.
    var lines: [String] = []
    /// The members of the object for programs.
    var members: JSONObject = [:]

    var text: String { self.lines.joined(separator: "\n") }
    var json: JSONValue { .object(self.members) }
}

extension GatewayState {
    /// Changes the configuration and tells what is different now.
    ///
    /// - Parameter change: The change; what it returns is told behind the differences.
    /// - Returns: What to print.
    /// - Throws: What the change throws, or the store's errors.
    func report(_ change: (inout ConfigurationDraft) throws -> Report) throws -> Report {
        let (more, outcome) = try self.edit(change)
        var report = Report.changes(outcome)
        // Behind the changes, before what happens with them; behind "Nothing to change." when there are none.
        report.lines.insert(contentsOf: more.lines, at: max(outcome.changes.count, 1))
        report.members = JSONObject(report.members.members + more.members.members)
        return report
    }
}

extension Report {
    /// What a change of the configuration came to.
    static func changes(_ outcome: GatewayState.Outcome) -> Report {
        let ending =
            outcome.isGatewayNotified ? "The running gateway takes this over now." : "The gateway is not running."
        return Report(
            lines: outcome.changes.isEmpty ? ["Nothing to change."] : outcome.changes + [ending],
            members: [
                "changes": .array(outcome.changes.map(JSONValue.string)),
                "revision": .number(JSONNumber(outcome.revision)),
                "gateway_notified": .bool(outcome.isGatewayNotified),
            ]
        )
    }
}

/// Something a command cannot do, with the way out.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The two sides of a switch; `enable` and `disable` are one command each.
protocol SwitchSide: SendableMetatype {
    /// The command's name.
    static var verb: String { get }
    /// What it does, in one word.
    static var word: String { get }
    /// Where the switch ends up.
    static var isOn: Bool { get }
}

/// Switches on.
enum SwitchOn: SwitchSide {
    static let verb = "enable"
    static let word = "on"
    static let isOn = true
}

/// Switches off.
enum SwitchOff: SwitchSide {
    static let verb = "disable"
    static let word = "off"
    static let isOn = false
}
