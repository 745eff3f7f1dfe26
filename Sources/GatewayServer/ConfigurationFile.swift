public import Administration
import SQLiteStore
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
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
            text = path == "-" ? try Self.standardInput() : try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Unusable(description: "\(path): cannot be read as UTF-8 text (\(Self.reason(error)))")
        }
        // A file that was pasted from elsewhere must not hand the master key to a provider.
        let variables = environment.filter { $0.key != MasterKey.variable }
        do throws(ConfigurationDocumentError) {
            return try ConfigurationDocument(yaml: text, environment: variables)
        } catch {
            let problems = error.problems.map { "\(path): \($0)" }.joined(separator: "\n")
            throw Unusable(description: problems)
        }
    }

    /// Everything that comes from the standard input, which may be a pipe that is filled slowly.
    private static func standardInput() throws -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = readStandardInput(&chunk)
            guard count >= 0 else { throw CocoaError(.fileReadUnknown) }
            guard count > 0, bytes.count <= ConfigurationDocument.maximumSize else { break }
            bytes += chunk[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CocoaError(.fileReadInapplicableStringEncoding)
        }
        return text
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return error.code == .fileReadNoSuchFile ? "there is no such file" : "\(error.code)"
    }
}

/// One read of the standard input; 0 at its end.
private func readStandardInput(_ bytes: inout [UInt8]) -> Int { read(STDIN_FILENO, &bytes, bytes.count) }
