import Administration
import ArgumentParser
import Configuration
import GatewayServer
import JSON

/// `api-switch settings`.
struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Show and change settings.",
        discussion: """
            Examples:
              api-switch settings get
              api-switch settings set cooldown 60
            """,
        subcommands: [Get.self, Set.self]
    )
}

extension SettingsCommand {
    /// `api-switch settings get`.
    struct Get: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Show settings with their defaults and what they may be.",
            discussion: """
                Examples:
                  api-switch settings get
                  api-switch settings get cooldown --json
                """
        )

        @OptionGroup var options: StateOptions
        @Argument(help: "The setting; all of them when left out.")
        var name: String?

        func perform(on state: GatewayState) throws -> Report {
            let settings = try state.configuration().settings
            let shown = try self.name.map { [try SettingDescriptor.existing($0)] } ?? SettingDescriptor.all
            let rows = shown.map { $0.row(in: settings) }
            return Report(
                lines: [Terminal.table([SettingDescriptor.columns] + rows)],
                members: self.name == nil
                    ? ["settings": .array(shown.map { .object($0.members(in: settings)) })]
                    : shown.first?.members(in: settings) ?? [:]
            )
        }
    }

    /// `api-switch settings set`.
    struct Set: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Change a setting.",
            discussion: """
                Examples:
                  api-switch settings set cooldown 60
                  api-switch settings set require_access_key true
                """
        )

        @OptionGroup var options: StateOptions
        @Argument(help: "The setting.")
        var name: String
        @Argument(help: "Its new value.")
        var value: String

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                try draft.set(self.name, to: self.value)
                let descriptor = try SettingDescriptor.existing(self.name)
                return Report(members: ["setting": .object(descriptor.members(in: draft.settings))])
            }
        }
    }
}

extension SettingDescriptor {
    /// The setting with a name.
    ///
    /// - Throws: `ConfigurationError.unknownSetting`, with the name that was probably meant.
    fileprivate static func existing(_ name: String) throws(ConfigurationError) -> SettingDescriptor {
        guard let descriptor = Self.named(name) else { throw .unknownSetting(name: name) }
        return descriptor
    }

    fileprivate static let columns = ["NAME", "VALUE", "DEFAULT", "RANGE"]

    /// For people; see ``columns``.
    fileprivate func row(in settings: GatewaySettings) -> [String] {
        [self.name] + [settings, GatewaySettings()].map { self.word(in: $0) } + [self.expectation]
    }

    /// For programs.
    fileprivate func members(in settings: GatewaySettings) -> JSONObject {
        [
            "name": .string(self.name),
            "value": self.json(in: settings),
            "default": self.json(in: GatewaySettings()),
            "range": .string(self.expectation),
        ]
    }

    private func word(in settings: GatewaySettings) -> String {
        let text = self.text(in: settings)
        return text.isEmpty ? "-" : text
    }

    private func json(in settings: GatewaySettings) -> JSONValue {
        let text = self.text(in: settings)
        switch self.form {
        case .seconds, .integer: return JSONNumber(literal: text).map(JSONValue.number) ?? .string(text)
        case .flag: return .bool(text == "true")
        case .choice, .text: return .string(text)
        }
    }
}
