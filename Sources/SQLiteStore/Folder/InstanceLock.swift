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

/// The lock that keeps a second instance off a data folder.
///
/// The operating system frees it when the process ends, however it ends, so a file that was left behind locks nobody out.
/// It is held until ``release()`` or until the value is gone.
public final class InstanceLock: Sendable {
    /// Who holds the lock, as far as the file tells.
    public struct Holder: Sendable, Hashable, Codable {
        /// The process.
        public var pid: Int32?
        /// The address it listens on, once it does.
        public var address: String?
        /// When it started, in milliseconds since 1970-01-01 UTC.
        public var startedAt: Int64?

        enum CodingKeys: String, CodingKey {
            case pid, address
            case startedAt = "started_at"
        }
    }

    /// Why the lock was not taken.
    public enum AcquisitionError: Error, Sendable, Hashable, CustomStringConvertible {
        /// Another instance runs on the folder.
        case alreadyRunning(pid: Int32?, address: String?)
        /// The file cannot be used.
        case file(FileError)

        /// What happened and what to do.
        public var description: String {
            switch self {
            case .alreadyRunning(let pid, let address):
                "API Switch is already running on this data folder"
                    + (pid.map { " (process \($0)" + (address.map { ", \($0)" } ?? "") + ")" } ?? "")
                    + "; stop it first, or choose another folder with --data-dir"
            case .file(let error): error.description
            }
        }
    }

    private let file: LockedFile
    private let startedAt: Int64

    private init(file: LockedFile, startedAt: Int64) {
        self.file = file
        self.startedAt = startedAt
    }

    /// Takes the lock of a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder, which must exist.
    ///   - startedAt: When this process started, in milliseconds since 1970-01-01 UTC.
    /// - Returns: The lock; keep it as long as the folder is used.
    /// - Throws: ``AcquisitionError``.
    public static func acquire(
        _ folder: DataFolder,
        startedAt: Int64
    ) throws(AcquisitionError) -> InstanceLock {
        let file: LockedFile
        do throws(FileError) {
            file = try LockedFile(folder.lockPath)
            if try file.lock() {
                let lock = InstanceLock(file: file, startedAt: startedAt)
                try lock.write(address: nil)
                return lock
            }
        } catch {
            throw .file(error)
        }
        throw .alreadyRunning(pid: file.holder.pid, address: file.holder.address)
    }

    /// Tells others where this instance listens.
    ///
    /// - Throws: ``FileError`` when the file cannot be written; the lock is still held then.
    public func update(address: String) throws(FileError) { try self.write(address: address) }

    /// Gives the lock back; doing it twice is harmless.
    public func release() { self.file.unlock() }

    /// Who runs on a folder; `nil` when nobody does.
    ///
    /// - Throws: ``FileError`` when the file exists and cannot be read.
    public static func holder(of folder: DataFolder) throws(FileError) -> Holder? {
        do throws(FileError) {
            let file = try OpenFile(folder.lockPath, O_RDONLY)
            guard flock(file.descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
            guard errno == EWOULDBLOCK else { throw FileError("lock", file.path) }
            return LockedFile.decode(try file.prefix(4096))
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw error }
            return nil
        }
    }

    private func write(address: String?) throws(FileError) {
        let holder = Holder(pid: getpid(), address: address, startedAt: self.startedAt)
        // The last byte is a line break; a reader takes nothing behind it, so a shorter text needs no care.
        let json = (try? JSONEncoder().encode(holder)).map { Array($0) } ?? []
        try self.file.replace(with: json + [UInt8(ascii: "\n")])
    }
}

/// The lock file of an instance, open for as long as the instance lives.
private final class LockedFile: Sendable {
    private let file: OpenFile

    init(_ path: String) throws(FileError) { self.file = try OpenFile(path, O_RDWR | O_CREAT) }

    /// Whether the lock was taken.
    ///
    /// Whoever asks for the holder has the lock for a moment, so it is tried for a while.
    func lock() throws(FileError) -> Bool {
        for attempt in 0..<10 {
            if attempt > 0 { usleep(10_000) }
            if flock(self.file.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw FileError("lock", self.file.path) }
        }
        return false
    }

    func unlock() { _ = flock(self.file.descriptor, LOCK_UN) }

    func replace(with bytes: [UInt8]) throws(FileError) { try self.file.replace(with: bytes) }

    var holder: InstanceLock.Holder { (try? self.file.prefix(4096)).map(Self.decode) ?? InstanceLock.Holder() }

    /// Reads the first line; a file that says nothing sensible tells of nobody in particular.
    static func decode(_ bytes: [UInt8]) -> InstanceLock.Holder {
        let line = Data(bytes.prefix { $0 != UInt8(ascii: "\n") })
        return (try? JSONDecoder().decode(InstanceLock.Holder.self, from: line)) ?? InstanceLock.Holder()
    }
}
