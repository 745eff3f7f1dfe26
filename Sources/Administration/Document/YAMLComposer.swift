import Yams

/// Turns a YAML text into nodes with positions.
///
/// Yams gives up at the first repeated key of a mapping. So that everything else in the file is checked as well, the
/// earlier key is covered with characters of the private use area, as many as it had, and the text is parsed again.
struct YAMLComposer {
    /// A place in the text.
    struct Position: Hashable {
        var line: Int
        var column: Int
    }

    /// The root; `nil` when there is none.
    private(set) var root: Node?
    /// The names of keys that were covered, by where they are.
    private(set) var covered: [Position: String] = [:]
    /// What keeps the text from being parsed.
    private(set) var problem: DocumentProblem?

    private static let maximumCovers = 100

    /// Parses a text.
    init(_ text: String) {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        while true {
            do {
                var text = String.UnicodeScalarView()
                text.append(contentsOf: scalars)
                self.root = try Yams.compose(yaml: String(text), .basic, .default, .utf8)
                return
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let position = Position(line: context.mark.line, column: context.mark.column)
                let name = names.first ?? ""
                guard self.cover(name, at: position, in: &scalars) else {
                    self.problem = Self.problem(at: position, "this key is given more than once; remove all but one")
                    return
                }
            } catch {
                self.problem = Self.problem(of: error, in: scalars)
                return
            }
        }
    }

    private mutating func cover(_ name: String, at position: Position, in scalars: inout [Unicode.Scalar]) -> Bool {
        guard self.covered.count < Self.maximumCovers, !name.isEmpty,
            var start = Self.offset(of: position, in: scalars),
            let cover = Unicode.Scalar(0xE000 + UInt32(self.covered.count))
        else { return false }
        if start < scalars.count, scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
        let end = start + name.unicodeScalars.count
        guard end <= scalars.count, scalars[start..<end].elementsEqual(name.unicodeScalars) else { return false }
        for index in start..<end { scalars[index] = cover }
        self.covered[position] = name
        return true
    }

    private static func problem(at position: Position, _ message: String) -> DocumentProblem {
        DocumentProblem(line: position.line, column: position.column, path: "", message: message)
    }

    /// The words of an error, without the line of the file it quotes, which may hold a key.
    private static func problem(of error: any Error, in scalars: [Unicode.Scalar]) -> DocumentProblem {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _):
            let words = [context?.text, problem].compactMap { $0 }.joined(separator: ": ")
            return self.problem(at: Position(line: mark.line, column: mark.column), "not valid YAML: \(words)")
        case YamlError.composer(_, let problem, let mark, _):
            let position = Position(line: mark.line, column: mark.column)
            guard problem.contains("another document") else {
                return self.problem(at: position, "not valid YAML: \(problem)")
            }
            return self.problem(at: position, "a second document begins here; put everything into one")
        case YamlError.reader:
            let position = Self.firstUnprintable(in: scalars) ?? Position(line: 0, column: 0)
            return self.problem(at: position, "not valid YAML: a control character; remove it or write it as an escape")
        case YamlError.memory:
            return self.problem(at: Position(line: 0, column: 0), "nested too deeply")
        default: return self.problem(at: Position(line: 0, column: 0), "not valid YAML")
        }
    }

    /// YAML 1.2 §5.1.
    private static func firstUnprintable(in scalars: [Unicode.Scalar]) -> Position? {
        Self.walk(scalars) { scalar, _, _ in
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...: false
            default: true
            }
        }?.position
    }

    private static func offset(of position: Position, in scalars: [Unicode.Scalar]) -> Int? {
        Self.walk(scalars) { _, _, place in place == position }?.offset
    }

    /// The first scalar that a predicate wants, counted in lines as libyaml does (YAML 1.1 §5.4).
    private static func walk(
        _ scalars: [Unicode.Scalar],
        _ isWanted: (Unicode.Scalar, Int, Position) -> Bool
    ) -> (offset: Int, position: Position)? {
        var place = Position(line: 1, column: 1)
        for (offset, scalar) in scalars.enumerated() {
            if isWanted(scalar, offset, place) { return (offset, place) }
            let isBreak = ["\n", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
            let isLoneReturn = scalar == "\r" && (offset + 1 >= scalars.count || scalars[offset + 1] != "\n")
            place =
                isBreak || isLoneReturn
                ? Position(line: place.line + 1, column: 1)
                : Position(line: place.line, column: place.column + 1)
        }
        return nil
    }
}
