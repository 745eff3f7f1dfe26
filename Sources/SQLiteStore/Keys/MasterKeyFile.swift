#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The file of the master key, and the one that will replace it while the key is changed.
///
/// Files come into being under another name and get theirs when all bytes are on the disk, so there is never half a key.
struct MasterKeyFile {
    let folder: DataFolder

    /// How long others may work on the keys, in steps of 10 ms.
    private static let patience = 1000
    private var temporaryPath: String { "\(self.folder.masterKeyPath).tmp" }

    /// Runs `body` while no other process or thread reads or changes the keys of this folder.
    ///
    /// The lock is one on the folder itself, so there is no file that somebody could remove.
    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            let folder = try self.openFolder()
            var attempt = 0
            while flock(folder.descriptor, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else { throw FileError("lock", self.folder.path) }
                attempt += 1
                guard attempt < Self.patience else { throw StoreError.busy(path: self.folder.masterKeyPath) }
                usleep(10_000)
            }
            // Closing would do as well; it says so, and keeps the folder open until here.
            defer { flock(folder.descriptor, LOCK_UN) }
            return try body()
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }

    /// The key; `nil` when there is no file.
    ///
    /// - Throws: ``StoreError/masterKeyDamaged(path:)``, ``FileError``.
    func current() throws -> MasterKey? {
        guard let bytes = try self.read(self.folder.masterKeyPath) else { return nil }
        guard let key = MasterKey(bytes: bytes) else {
            throw StoreError.masterKeyDamaged(path: self.folder.masterKeyPath)
        }
        return key
    }

    /// The key that a change left behind; something that is no key counts as none.
    func next() throws(FileError) -> MasterKey? {
        try self.read(self.folder.nextMasterKeyPath).flatMap { MasterKey(bytes: $0) }
    }

    /// Writes the first key of a folder; never replaces one.
    ///
    /// - Returns: The key that the folder has now; somebody else's if theirs was there first.
    func make(_ key: MasterKey) throws -> MasterKey {
        try self.writeTemporary(key)
        defer { unlink(self.temporaryPath) }
        guard link(self.temporaryPath, self.folder.masterKeyPath) == 0 || errno == EEXIST else {
            throw FileError("create", self.folder.masterKeyPath)
        }
        try self.synchronizeFolder()
        guard let key = try self.current() else { throw FileError("read", self.folder.masterKeyPath, code: ENOENT) }
        return key
    }

    /// Writes the key that is to replace the current one.
    func stage(_ key: MasterKey) throws(FileError) {
        try self.writeTemporary(key)
        try self.move(self.temporaryPath, to: self.folder.nextMasterKeyPath)
    }

    /// Replaces the current key by the one that was staged.
    func adoptNext() throws(FileError) {
        try self.move(self.folder.nextMasterKeyPath, to: self.folder.masterKeyPath)
    }

    private func writeTemporary(_ key: MasterKey) throws(FileError) {
        // What a dead process left may be another name of the key itself: it is removed, never written into.
        guard unlink(self.temporaryPath) == 0 || errno == ENOENT else {
            throw FileError("replace", self.temporaryPath)
        }
        let file = try OpenFile(self.temporaryPath, O_WRONLY | O_CREAT | O_EXCL)
        try file.replace(with: key.bytes)
        try file.synchronize()
    }

    private func move(_ path: String, to target: String) throws(FileError) {
        guard rename(path, target) == 0 else { throw FileError("replace", target) }
        try self.synchronizeFolder()
    }

    private func synchronizeFolder() throws(FileError) { try self.openFolder().synchronize() }

    /// The folder may be reached through a link, which the dot follows.
    private func openFolder() throws(FileError) -> OpenFile {
        try OpenFile("\(self.folder.path)/.", O_RDONLY | O_DIRECTORY)
    }

    private func read(_ path: String) throws(FileError) -> [UInt8]? {
        do throws(FileError) {
            return try OpenFile(path, O_RDONLY | O_NONBLOCK).prefix(MasterKey.size + 1)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }
}
