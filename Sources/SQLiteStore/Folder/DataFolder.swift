#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The folder that holds everything one user's gateway keeps.
public struct DataFolder: Sendable, Hashable {
    /// Why there is no folder to use.
    public enum ResolutionError: Error, Sendable, Hashable, CustomStringConvertible {
        /// Neither an option nor the environment nor the system tells where it could be.
        case noHome

        /// What happened and what to do.
        public var description: String { "no home folder is known; set HOME or choose a folder with --data-dir" }
    }

    /// The absolute path, without a slash at its end.
    public let path: String

    /// Wraps a path.
    public init(path: String) {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.path = trimmed
    }

    /// The configuration database.
    public var configurationPath: String { "\(self.path)/config.db" }
    /// The request journal.
    public var journalPath: String { "\(self.path)/journal.db" }
    /// The file that the running instance holds a lock on.
    public var lockPath: String { "\(self.path)/lock" }

    /// Finds the folder of this user.
    ///
    /// In this order: the option, `$XDG_DATA_HOME/api-switch`, and the system's default:
    /// `~/Library/Application Support/api-switch` on macOS, `~/.local/share/api-switch` elsewhere. A relative
    /// `XDG_DATA_HOME` is passed over, as <https://specifications.freedesktop.org/basedir-spec/latest/> demands.
    ///
    /// - Parameters:
    ///   - option: What `--data-dir` says; a relative path begins at the working folder, `~/` at home.
    ///   - environment: The environment variables.
    /// - Returns: The folder, which may not exist yet.
    /// - Throws: ``ResolutionError``.
    public static func resolve(
        option: String?,
        environment: [String: String]
    ) throws(ResolutionError) -> DataFolder {
        if let option, !option.isEmpty { return DataFolder(path: try Self.absolute(option, environment)) }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
            return DataFolder(path: "\(DataFolder(path: data).path)/api-switch")
        }
        let home = try Self.home(environment)
        #if os(macOS)
        return DataFolder(path: "\(home)/Library/Application Support/api-switch")
        #else
        return DataFolder(path: "\(home)/.local/share/api-switch")
        #endif
    }

    private static func absolute(_ path: String, _ environment: [String: String]) throws(ResolutionError) -> String {
        if path.hasPrefix("/") { return path }
        if path == "~" { return try Self.home(environment) }
        if path.hasPrefix("~/") { return try Self.home(environment) + path.dropFirst() }
        guard let working = getcwd(nil, 0) else { throw .noHome }
        defer { free(working) }
        return "\(String(cString: working))/\(path)"
    }

    private static func home(_ environment: [String: String]) throws(ResolutionError) -> String {
        if let home = environment["HOME"], home.hasPrefix("/") { return DataFolder(path: home).path }
        guard let user = getpwuid(getuid()), let home = user.pointee.pw_dir else { throw .noHome }
        return DataFolder(path: String(cString: home)).path
    }
}
