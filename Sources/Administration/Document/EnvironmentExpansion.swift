/// Puts environment variables into a text.
///
/// `${NAME}` is the variable, `${NAME:-default}` is the default where the variable is unset or empty, `$$` is a dollar
/// sign. A dollar sign before anything else is itself.
struct EnvironmentExpansion {
    /// Why a text cannot be expanded; holds names only.
    enum Failure: Error, Hashable {
        case unset(name: String)
        case unterminated
        case badName

        var message: String {
            switch self {
            case .unset(let name):
                "environment variable \(name) is not set; set it or give a default as ${\(name):-default}"
            case .unterminated: "'${' without '}'; close it, or write '$$' for a dollar sign"
            case .badName: "'${…}' must hold the name of an environment variable: letters, digits and _"
            }
        }
    }

    /// The text with everything put in.
    private(set) var text = ""
    /// Whether anything came from the environment.
    private(set) var isExpanded = false

    /// Expands a text.
    init(_ source: String, environment: [String: String]) throws(Failure) {
        var rest = source.unicodeScalars[...]
        var result = String.UnicodeScalarView()
        while let dollar = rest.firstIndex(of: "$") {
            result.append(contentsOf: rest[..<dollar])
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                result.append("$")
                rest = rest.dropFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw .unterminated }
                let reference = rest[rest.index(after: rest.startIndex)..<end]
                let value = try Self.value(of: Substring(reference), in: environment)
                result.append(contentsOf: value.unicodeScalars)
                rest = rest[rest.index(after: end)...]
                self.isExpanded = true
            default: result.append("$")
            }
        }
        result.append(contentsOf: rest)
        self.text = String(result)
    }

    /// The text that expands to `text`.
    static func escaping(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "$" { result.append("$") }
            result.append(scalar)
        }
        return String(result)
    }

    private static func value(of reference: Substring, in environment: [String: String]) throws(Failure) -> String {
        let name = reference.prefix { $0 != ":" }
        let suffix = reference.dropFirst(name.count)
        let isName = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || Character(UnicodeScalar(byte)).isASCIILetterOrDigit
        }
        guard isName, let first = name.first, !first.isNumber, suffix.isEmpty || suffix.hasPrefix(":-") else {
            throw .badName
        }
        let value = environment[String(name)]
        if suffix.isEmpty {
            guard let value else { throw .unset(name: String(name)) }
            return value
        }
        return value.flatMap { $0.isEmpty ? nil : $0 } ?? String(suffix.dropFirst(2))
    }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { self.isASCII && (self.isLetter || self.isNumber) }
}
