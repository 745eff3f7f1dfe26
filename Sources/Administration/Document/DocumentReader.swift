import Configuration
import Yams

/// Reads a configuration file and collects everything that is wrong with it.
struct DocumentReader {
    /// A mapping whose keys were checked.
    struct Fields {
        let path: String
        let mark: Mark?
        private(set) var values: [(key: String, node: Node)] = []

        init(path: String, mark: Mark?) {
            self.path = path
            self.mark = mark
        }

        subscript(key: String) -> Node? { self.values.first { $0.key == key }?.node }

        func path(to key: String) -> String { self.path.isEmpty ? key : "\(self.path).\(key)" }

        mutating func add(_ key: String, _ node: Node) { self.values.append((key, node)) }
    }

    /// How many values a file may have, those an alias repeats counted each time.
    static let maximumValues = 200_000
    /// How many problems are told at once.
    static let maximumProblems = 100

    let environment: [String: String]
    private var covered: [YAMLComposer.Position: String] = [:]
    private var problems: [DocumentProblem] = []
    private var values = 0

    init(environment: [String: String]) { self.environment = environment }

    mutating func read(_ yaml: String) throws(ConfigurationDocumentError) -> ConfigurationDocument {
        guard yaml.utf8.count <= ConfigurationDocument.maximumSize else {
            throw Self.refusal("larger than 4 MiB; is this the right file?")
        }
        guard !YAMLGuard.isTooDeep(yaml.utf8) else { throw Self.refusal("nested too deeply; is this the right file?") }
        guard !YAMLGuard.isBomb(yaml.utf8) else {
            throw Self.refusal("the aliases stand for too much text; write the values out")
        }
        let composer = YAMLComposer(yaml)
        if let problem = composer.problem { throw ConfigurationDocumentError(problems: [problem]) }
        self.covered = composer.covered
        var document = ConfigurationDocument()
        if let root = composer.root, !Self.isNull(root) { self.readRoot(root, into: &document) }
        if !self.problems.isEmpty { throw ConfigurationDocumentError(problems: self.sortedProblems()) }
        return document
    }

    private static func refusal(_ message: String) -> ConfigurationDocumentError {
        ConfigurationDocumentError(problems: [DocumentProblem(line: 0, column: 0, path: "", message: message)])
    }

    private func sortedProblems() -> [DocumentProblem] {
        var sorted = self.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        if sorted.count > Self.maximumProblems {
            let more = sorted.count - Self.maximumProblems
            sorted.removeLast(more)
            sorted.append(DocumentProblem(line: 0, column: 0, path: "", message: "and \(more) more problems"))
        }
        return sorted
    }
}

// MARK: - Structure

extension DocumentReader {
    /// Notes a problem at a node.
    mutating func fail(_ node: Node?, _ path: String, _ message: String) {
        self.fail(at: node?.mark, path, message)
    }

    /// Notes a problem at a mark.
    mutating func fail(at mark: Mark?, _ path: String, _ message: String) {
        let line = mark?.line ?? 0
        self.problems.append(DocumentProblem(line: line, column: mark?.column ?? 0, path: path, message: message))
    }

    /// The elements of a list with their paths; `nil` when the node is something else.
    mutating func items(of node: Node, path: String, expected: String) -> [(node: Node, path: String)]? {
        guard case .sequence(let sequence) = node else {
            self.fail(node, path, "must be \(expected), not \(Self.word(for: node))")
            return nil
        }
        guard self.spend(sequence.count, at: node, path) else { return nil }
        return sequence.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
    }

    /// The members of a mapping, or `nil` when the node is something else.
    ///
    /// Only `known` keys may be there, unless it is `nil`.
    mutating func fields(of node: Node, path: String, expected: String, known: [String]?) -> Fields? {
        guard case .mapping(let mapping) = node else {
            self.fail(node, path, "must be \(expected), not \(Self.word(for: node))")
            return nil
        }
        guard self.spend(mapping.count, at: node, path) else { return nil }
        var fields = Fields(path: path, mark: mapping.mark)
        self.collect(mapping, known: known, depth: 0, into: &fields)
        return fields
    }

    private mutating func collect(_ mapping: Node.Mapping, known: [String]?, depth: Int, into fields: inout Fields) {
        var merges: [Node] = []
        var earlier: [String: Int] = [:]
        var present = Set(fields.values.map(\.key))
        for (keyNode, value) in mapping {
            guard let key = self.key(keyNode, path: fields.path, earlier: &earlier) else { continue }
            if key.text == "<<", key.style == .plain {
                merges.append(value)
            } else if let known, !known.contains(key.text) {
                self.failUnknown(key.text, keyNode, fields, known: known)
            } else if present.insert(key.text).inserted {
                fields.add(key.text, value)
            }
        }
        for merge in merges { self.merge(merge, known: known, depth: depth, into: &fields) }
    }

    /// A key as text; `nil` when it is something else, or a repeated one that a later one replaces.
    private mutating func key(
        _ node: Node,
        path: String,
        earlier: inout [String: Int]
    ) -> (text: String, style: Node.Scalar.Style)? {
        guard case .scalar(let scalar) = node else {
            self.fail(node, path, "a key must be text, not \(Self.word(for: node))")
            return nil
        }
        let position = scalar.mark.map { YAMLComposer.Position(line: $0.line, column: $0.column) }
        let coveredName = position.flatMap { self.covered[$0] }
        let key = coveredName ?? scalar.string
        if let line = earlier[key] {
            let path = path.isEmpty ? Self.printable(key) : "\(path).\(Self.printable(key))"
            self.fail(node, path, "duplicate key, already given in line \(line); remove one of them")
        }
        guard coveredName != nil else { return (key, scalar.style) }
        earlier[key] = earlier[key] ?? position?.line
        return nil
    }

    private mutating func failUnknown(_ key: String, _ node: Node, _ fields: Fields, known: [String]) {
        let suggestion = NearMiss.suggestion(for: key, among: known) ?? ""
        let path = fields.path(to: Self.printable(key))
        self.fail(node, path, "unknown key\(suggestion); known keys are \(known.joined(separator: ", "))")
    }

    /// `<<: *defaults` and `<<: [*a, *b]`; what is there already wins (yaml.org/type/merge.html).
    private mutating func merge(_ node: Node, known: [String]?, depth: Int, into fields: inout Fields) {
        guard depth < 8 else { return self.fail(node, fields.path(to: "<<"), "merged too deeply") }
        switch node {
        case .mapping(let mapping):
            guard self.spend(mapping.count, at: node, fields.path) else { return }
            self.collect(mapping, known: known, depth: depth + 1, into: &fields)
        case .sequence(let sequence):
            guard self.spend(sequence.count, at: node, fields.path) else { return }
            for element in sequence { self.merge(element, known: known, depth: depth + 1, into: &fields) }
        default: self.fail(node, fields.path(to: "<<"), "must be a mapping, not \(Self.word(for: node))")
        }
    }

    /// Counts values, so that aliases cannot make a short file endless.
    private mutating func spend(_ count: Int, at node: Node, _ path: String) -> Bool {
        let before = self.values
        self.values += count + 1
        if self.values <= Self.maximumValues { return true }
        if before <= Self.maximumValues {
            self.fail(node, path, "the file has more than \(Self.maximumValues) values, counting each use of an alias")
        }
        return false
    }

    static func word(for node: Node) -> String {
        switch node {
        case .scalar: Self.isNull(node) ? "nothing" : "text"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// Whether a node is the plain scalar that stands for nothing.
    static func isNull(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// A key as a problem may show it: something that looks like a secret or like nothing at all is not.
    static func printable(_ key: String) -> String {
        let isWord = !key.isEmpty && key.utf8.count <= 40 && !key.hasPrefix("sk-")
        return isWord && !FieldRules.hasControl(key) ? key : "…"
    }
}
