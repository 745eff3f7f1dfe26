#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A call of the operating system that failed on a file.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried, such as `create`, `open` or `lock`.
    public let operation: String
    /// The file or folder.
    public let path: String
    /// The system's number for what went wrong (`errno`).
    public let code: Int32

    init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// What happened, and what can be done about it.
    public var description: String {
        "cannot \(self.operation) \(self.path): \(String(cString: strerror(self.code))); \(self.advice)"
    }

    private var advice: String {
        switch self.code {
        case EACCES, EPERM, EROFS: "give your user write access to it, or choose another folder with --data-dir"
        case ENOSPC, EDQUOT: "free some disk space"
        case ENOLCK, ENOTSUP, EOPNOTSUPP: "this file system has no locks; choose a local folder with --data-dir"
        case ENOTDIR, ELOOP, EISDIR, EEXIST: "something else is in its place; move it away"
        default: "choose another folder with --data-dir if this stays"
        }
    }
}

/// An open file that closes itself.
struct OpenFile: ~Copyable {
    let descriptor: CInt
    let path: String

    /// Opens a file; it is not handed to child processes and never reached through a link in the last part of its path.
    init(_ path: String, _ flags: CInt, mode: mode_t = 0o600) throws(FileError) {
        var descriptor: CInt
        repeat { descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw FileError("open", path) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(self.descriptor) }

    func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw FileError("look at", self.path) }
        return status
    }

    /// At most `count` bytes from the beginning.
    func prefix(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let length = pread(self.descriptor, &bytes, count, 0)
        guard length >= 0 else { throw FileError("read", self.path) }
        return Array(bytes[..<length])
    }

    /// Waits until the contents, or the entries of a folder, are on the disk.
    func synchronize() throws(FileError) {
        #if canImport(Darwin)
        // `fsync` leaves the bytes in the drive's cache there; see its manual.
        if fcntl(self.descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        guard fsync(self.descriptor) == 0 else { throw FileError("write", self.path) }
    }

    /// Replaces the contents in one write; readers see all of it once the first line is whole.
    func replace(with bytes: [UInt8]) throws(FileError) {
        guard pwrite(self.descriptor, bytes, bytes.count, 0) == bytes.count,
            ftruncate(self.descriptor, off_t(bytes.count)) == 0
        else { throw FileError("write", self.path) }
    }
}
