#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DataFolder {
    /// Something about the permissions that the user should know.
    public enum Notice: Sendable, Hashable, CustomStringConvertible {
        /// Others could read or write it; now they cannot.
        case tightened(path: String, from: UInt16, to: UInt16)
        /// It belongs to another user, so its permissions were left alone.
        case notOwned(path: String, owner: UInt32)

        /// What was found and what was done.
        public var description: String {
            switch self {
            case .tightened(let path, let old, let new):
                "\(path) was open to other users; its mode is now \(String(new, radix: 8)), not \(String(old, radix: 8))"
            case .notOwned(let path, let owner):
                "\(path) belongs to user \(owner); check who can read the keys in it"
            }
        }
    }

    /// Creates the folder if need be and closes it, and the gateway's files in it, to other users.
    ///
    /// - Returns: What had to be changed or could not be.
    /// - Throws: ``FileError`` when the folder cannot be made or is something else.
    public func prepare() throws(FileError) -> [Notice] {
        try self.createFolders()
        var notices: [Notice] = []
        if let notice = try self.tighten(self.path, to: 0o700, flags: O_DIRECTORY) { notices.append(notice) }
        for path in self.files {
            if let notice = try self.tighten(path, to: 0o600, flags: O_NONBLOCK) { notices.append(notice) }
        }
        return notices
    }

    private var files: [String] {
        let databases = [self.configurationPath, self.journalPath]
        return databases.flatMap { [$0, $0 + "-wal", $0 + "-shm"] }
            + [self.lockPath, self.masterKeyPath, self.nextMasterKeyPath]
    }

    /// Makes the folder and those above it; folders that exist keep their mode.
    private func createFolders() throws(FileError) {
        var path = ""
        for part in self.path.split(separator: "/") {
            path += "/\(part)"
            guard mkdir(path, 0o700) != 0 else { continue }
            let code = errno
            var status = stat()
            // A folder that exists may refuse with EACCES, EROFS or EISDIR before it says EEXIST.
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError("create", path, code: code)
            }
        }
    }

    private func tighten(_ path: String, to mode: mode_t, flags: CInt) throws(FileError) -> Notice? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 || status.st_uid != geteuid() else { return nil }
        if status.st_uid != geteuid() { return .notOwned(path: path, owner: status.st_uid) }
        guard chmod(path, mode) == 0 else { throw FileError("close to other users", path) }
        return .tightened(path: path, from: UInt16(status.st_mode & 0o7777), to: UInt16(mode))
    }
}
