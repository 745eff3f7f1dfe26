/// One thing that is wrong in a configuration file.
public struct DocumentProblem: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1; 0 when the problem is about the file as a whole.
    public var line: Int
    /// The column, from 1, counted in Unicode scalars; 0 when it is not known.
    public var column: Int
    /// Where in the structure: `channels[0].type`; empty at the top.
    public var path: String
    /// What is wrong and what is expected; holds no key.
    public var message: String

    /// Makes a problem.
    public init(line: Int, column: Int, path: String, message: String) {
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }

    /// Place and message in one line: `line 4: channels[0].typ: unknown key …`.
    public var description: String {
        (self.line > 0 ? "line \(self.line): " : "") + (self.path.isEmpty ? "" : "\(self.path): ") + self.message
    }
}

/// Why a configuration file was not taken.
public struct ConfigurationDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that is wrong, in the order of the file; never empty.
    public var problems: [DocumentProblem]

    /// Makes an error.
    public init(problems: [DocumentProblem]) { self.problems = problems }

    /// One line per problem.
    public var description: String { self.problems.map(\.description).joined(separator: "\n") }
}
