import Administration
import ArgumentParser
import Configuration
import GatewayServer
import JSON

/// `api-switch key`.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Show and change access keys, which clients of the gateway present.",
        discussion: """
            Examples:
              api-switch key create laptop
              api-switch key list
            """,
        subcommands: [List.self, Create.self, Revoke.self, Switch<SwitchOn>.self, Switch<SwitchOff>.self]
    )
}

extension KeyCommand {
    /// `api-switch key list`.
    struct List: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show all access keys, masked.",
            discussion: """
                Examples:
                  api-switch key list
                  api-switch key list --json
                """
        )

        @OptionGroup var options: StateOptions

        func perform(on state: GatewayState) throws -> Report {
            let configuration = try state.configuration()
            let rows = configuration.accessKeys.map { [$0.isEnabled ? "on" : "off", $0.name, $0.masked] }
            return Report(
                lines: rows.isEmpty
                    ? ["No access keys yet; 'api-switch key create NAME' makes one."]
                    : [Terminal.table([["", "NAME", "KEY"]] + rows)],
                members: [
                    "access_keys": .array(configuration.accessKeys.map(\.json)),
                    "required": .bool(configuration.settings.requiresAccessKey),
                    "revision": .number(JSONNumber(configuration.revision)),
                ]
            )
        }
    }

    /// `api-switch key create`.
    struct Create: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make an access key and show it, this once.",
            discussion: """
                Examples:
                  api-switch key create laptop
                  api-switch key create "build server" --json
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var target: KeyArgument

        func perform(on state: GatewayState) throws -> Report {
            let issued = AccessKeyIssuer.issue()
            return try state.report { draft in
                let id = try draft.addAccessKey(name: self.target.name, digest: issued.digest, hint: issued.hint)
                var report = draft.accessKeyReport(id)
                report.members["key"] = .string(issued.key.value)
                report.lines += ["", "  \(issued.key.value)", "", "Copy it now: it cannot be shown again."]
                if !draft.settings.requiresAccessKey {
                    report.lines.append(
                        "Keys are not enforced; 'api-switch settings set require_access_key true' changes that."
                    )
                }
                return report
            }
        }
    }

    /// `api-switch key revoke`.
    struct Revoke: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Remove an access key for good.",
            discussion: """
                'disable' takes a key out of use and keeps it.

                Examples:
                  api-switch key revoke laptop
                  api-switch key revoke "build server" --json
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var target: KeyArgument

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                try draft.removeAccessKey(draft.existingAccessKey(self.target.name).id)
                return Report()
            }
        }
    }

    /// `api-switch key enable` and `disable`.
    struct Switch<Side: SwitchSide>: StateCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Side.verb,
                abstract: "Switch an access key \(Side.word).",
                discussion: """
                    Examples:
                      api-switch key \(Side.verb) laptop
                      api-switch key \(Side.verb) "build server" --json
                    """
            )
        }

        @OptionGroup var options: StateOptions
        @OptionGroup var target: KeyArgument

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                let id = try draft.existingAccessKey(self.target.name).id
                try draft.updateAccessKey(id) { $0.isEnabled = Side.isOn }
                return draft.accessKeyReport(id)
            }
        }
    }
}

/// The argument that names an access key.
struct KeyArgument: ParsableArguments {
    @Argument(help: "The access key's name.")
    var name: String
}

extension ConfigurationDraft {
    /// The access key with a name.
    ///
    /// - Throws: `ConfigurationError.notFound`.
    fileprivate func existingAccessKey(_ name: String) throws(ConfigurationError) -> AccessKey {
        guard let key = self.accessKey(named: name) else { throw .notFound(.accessKey, name: name) }
        return key
    }

    /// An access key after it was changed.
    fileprivate func accessKeyReport(_ id: AccessKey.ID) -> Report {
        Report(members: self.accessKey(id).map { ["access_key": $0.json] } ?? [:])
    }
}

extension AccessKey {
    /// Enough to tell keys apart; all that is known of a key.
    fileprivate var masked: String { self.hint.isEmpty ? "••••" : "…\(self.hint)" }

    /// For programs.
    fileprivate var json: JSONValue {
        .object(["name": .string(self.name), "masked": .string(self.masked), "enabled": .bool(self.isEnabled)])
    }
}
