public import Administration
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A configuration file on disk.
public enum ConfigurationFile {
    /// A file that cannot be used.
    public struct Unusable: Error, Sendable, CustomStringConvertible {
        /// The file, and what is wrong with it, problem by problem.
        public let description: String
    }

    /// Reads and checks a file; `-` is the standard input.
    ///
    /// - Throws: ``Unusable``.
    public static func read(_ path: String, environment: [String: String]) throws(Unusable) -> ConfigurationDocument {
        let text: String
        do {
            let source = path == "-" ? "/dev/stdin" : path
            text = try String(contentsOfFile: source, encoding: .utf8)
        } catch {
            throw Unusable(description: "\(path): cannot be read as UTF-8 text (\(Self.reason(error)))")
        }
        do throws(ConfigurationDocumentError) {
            return try ConfigurationDocument(yaml: text, environment: environment)
        } catch {
            let problems = error.problems.map { "\(path): \($0)" }.joined(separator: "\n")
            throw Unusable(description: problems)
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return error.code == .fileReadNoSuchFile ? "there is no such file" : "\(error.code)"
    }
}
