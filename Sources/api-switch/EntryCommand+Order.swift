import Administration
import ArgumentParser
import Configuration
import GatewayServer

extension EntryCommand {
    /// `api-switch entry move`.
    struct Move: StateCommand {
        /// Places that need no number.
        enum Place: EnumerableFlag {
            case top, up, down

            static func help(for value: Self) -> ArgumentHelp? {
                switch value {
                case .top: "Put it first."
                case .up: "Let it change places with the one before."
                case .down: "Let it change places with the one behind."
                }
            }

            /// Where an entry goes that is at an index.
            fileprivate func index(from index: Int) -> Int {
                switch self {
                case .top: 0
                case .up: index - 1
                case .down: index + 1
                }
            }
        }

        static let configuration = CommandConfiguration(
            commandName: "move",
            abstract: "Move an entry in the order, which is the priority of AUTO.",
            discussion: """
                Examples:
                  api-switch entry move DeepSeek/deepseek-chat --top
                  api-switch entry move 5 --to 2
                """
        )

        @OptionGroup var options: StateOptions
        @OptionGroup var target: EntryArgument
        @Option(help: ArgumentHelp("Put it at this number of 'entry list'.", valueName: "position"))
        var to: Int?
        @Flag(help: "Where it goes.")
        var place: Place?

        func perform(on state: GatewayState) throws -> Report {
            guard (self.to == nil) != (self.place == nil) else {
                throw CommandError("say where the entry goes: one of --to POSITION, --top, --up and --down")
            }
            return try state.report { draft in
                let id = try draft.existingEntry(self.target.entry).id
                try draft.moveEntry(id, to: try self.index(of: id, in: draft))
                return draft.entryReport(id) { ["\($0.address) is number \($0.position) now."] }
            }
        }

        /// Where the entry ends up; the draft brings what is outside inside, but a number that is none is an error.
        private func index(of id: APIEntry.ID, in draft: ConfigurationDraft) throws(CommandError) -> Int {
            guard let to else {
                let present = draft.entries.firstIndex { $0.id == id } ?? 0
                return self.place?.index(from: present) ?? present
            }
            guard (1...draft.entries.count).contains(to) else {
                throw CommandError(
                    "--to must be from 1 to \(draft.entries.count), the numbers of 'api-switch entry list'"
                )
            }
            return to - 1
        }
    }
}
