import Administration
import ArgumentParser
import Configuration
import GatewayServer

extension EntryCommand {
    /// `api-switch entry add`.
    struct Add: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add an entry at the end of the order.",
            discussion: """
                Examples:
                  api-switch entry add DeepSeek deepseek-chat
                  api-switch entry add Ollama my-embedder --kind embedding --no-auto
                """
        )

        @OptionGroup var options: StateOptions
        @Argument(help: "The channel's name.")
        var channel: String
        @Argument(help: "The model's name at the provider.")
        var model: String
        @OptionGroup var fields: EntryFields

        func perform(on state: GatewayState) throws -> Report {
            let fill = try self.fields.read()
            return try state.report { draft in
                let channel = try draft.existingChannel(self.channel)
                let id = try draft.addEntry(to: channel.id, model: self.model) { fill(&$0) }
                return draft.entryReport(id)
            }
        }
    }

    /// `api-switch entry edit`.
    struct Edit: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit",
            abstract: "Change an entry; what is not given stays.",
            discussion: """
                Examples:
                  api-switch entry edit DeepSeek/deepseek-chat --no-auto
                  api-switch entry edit 3 --kind embedding
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var target: EntryArgument
        @OptionGroup var fields: EntryFields

        func perform(on state: GatewayState) throws -> Report {
            let fill = try self.fields.read()
            return try state.report { draft in
                let id = try draft.existingEntry(self.target.entry).id
                try draft.updateEntry(id) { fill(&$0) }
                return draft.entryReport(id)
            }
        }
    }

    /// `api-switch entry rename`.
    struct Rename: StateCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename",
            abstract: "Give an entry a second name for clients; '' takes it away.",
            discussion: """
                Examples:
                  api-switch entry rename DeepSeek/deepseek-chat fast
                  api-switch entry rename 3 ''
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var target: EntryArgument
        @Argument(help: "The second name.")
        var name: String

        func perform(on state: GatewayState) throws -> Report {
            try state.report { draft in
                let id = try draft.existingEntry(self.target.entry).id
                try draft.updateEntry(id) { $0.displayName = self.name.isEmpty ? nil : self.name }
                return draft.entryReport(id)
            }
        }
    }
}

/// The options that say what an entry is; those that are not given leave an entry as it is.
struct EntryFields: ParsableArguments {
    @Option(help: "A second name for clients; '' takes it away.")
    var name: String?
    @Option(help: Self.kindHelp, completion: .list(Self.kinds))
    var kind: String?
    @Flag(inversion: .prefixedNo, help: "Whether 'auto' may choose it.")
    var auto: Bool?

    /// Understands what was given.
    ///
    /// - Returns: What puts it into an entry.
    func read() throws(CommandError) -> (inout APIEntry) -> Void {
        let kind = self.kind.flatMap { ModelKind(rawValue: $0.lowercased()) }
        if let word = self.kind, kind == nil, word != Self.standard {
            throw CommandError("--kind must be one of \(Self.kinds.joined(separator: ", ")), not '\(word)'")
        }
        return { entry in
            if let name { entry.displayName = name.isEmpty ? nil : name }
            if self.kind != nil { entry.kind = kind }
            entry.isInAuto = self.auto ?? entry.isInAuto
        }
    }

    /// The word that leaves the kind to the built-in facts.
    private static let standard = "default"
    private static let kinds = ModelKind.allCases.map(\.rawValue) + [Self.standard]
    private static let kindHelp = ArgumentHelp(
        "What the model does: \(Self.kinds.joined(separator: ", ")).",
        valueName: "kind"
    )
}
