import GRDB

/// Why a database of the data folder cannot be used.
public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file is not a database or is damaged; it was left as it is.
    case undecodable(path: String, detail: String)
    /// The file is a database of another program; it was left as it is.
    case foreign(path: String)
    /// The file was written by a newer version; it was left as it is.
    case newerVersion(path: String)
    /// The file was written by an older version and was opened for reading only.
    case olderVersion(path: String)
    /// There is no file.
    case missing(path: String)
    /// Another process has been writing for too long.
    case busy(path: String)
    /// There is no room left.
    case full(path: String)
    /// The file may not be read or written.
    case denied(path: String, detail: String)
    /// A change breaks a rule of the schema; nothing was written.
    case refused(path: String, detail: String)
    /// A row holds something this version does not know.
    case unexpectedContent(path: String, detail: String)
    /// Anything else that the database reports.
    case failed(path: String, code: Int32, detail: String)
    /// Keys are encrypted, and there is no master key to decrypt them with; nothing was touched.
    case masterKeyMissing(path: String, database: String)
    /// Keys are encrypted with another master key than the one that was given; nothing was touched.
    case masterKeyWrong(path: String)
    /// The file of the master key does not hold 32 bytes; it was left as it is.
    case masterKeyDamaged(path: String)
    /// The environment variable of the master key holds something else.
    case masterKeyInvalid
    /// An encrypted value was changed or moved from outside, though the master key is right.
    case secretDamaged(path: String, place: String)
    /// The file cannot be created.
    case file(FileError)

    /// What happened and what to do; holds no key.
    public var description: String {
        switch self {
        case .undecodable(let path, let detail):
            "\(path) is damaged or not a database (\(detail)); it was not touched. "
                + "Restore it from a backup, or move it away to begin anew"
        case .foreign(let path): "\(path) belongs to another program; choose another folder with --data-dir"
        case .newerVersion(let path): "\(path) was written by a newer version of API Switch; install that version"
        case .olderVersion(let path):
            "\(path) was written by an older version of API Switch; restart 'api-switch serve' to bring it up to date"
        case .missing(let path): "\(path) does not exist; run 'api-switch serve' once to create it"
        case .busy(let path): "\(path) is being written by another process; try again in a moment"
        case .full(let path): "there is no disk space left for \(path); free some and try again"
        case .denied(let path, let detail): "\(path) cannot be opened (\(detail)); give your user access to it"
        case .refused(let path, let detail): "a change was refused by \(path): \(detail); nothing was written"
        case .unexpectedContent(let path, let detail):
            "\(path) holds something this version does not know (\(detail)); install the version that wrote it"
        case .failed(let path, let code, let detail):
            "\(path) failed with SQLite error \(code) (\(detail)); check the disk"
        case .masterKeyMissing(let path, let database):
            "\(path) is missing, and the provider keys in \(database) are encrypted with it; nothing was touched. "
                + "Restore master.key from the backup, or set \(MasterKey.variable) to the key"
        case .masterKeyWrong(let path):
            "the provider keys in \(path) are encrypted with another master key; nothing was touched. Restore the "
                + "master.key that belongs to it from the backup, or set \(MasterKey.variable) to that key "
                + "(if it is set, it wins over the file)"
        case .masterKeyDamaged(let path):
            "\(path) is not a master key of 32 bytes; nothing was touched. Restore it from the backup, "
                + "or set \(MasterKey.variable) to the key"
        case .masterKeyInvalid:
            "\(MasterKey.variable) is not a master key; set it to 64 hexadecimal digits or 44 characters of Base64, "
                + "or unset it to use master.key in the data folder"
        case .secretDamaged(let path, let place):
            "\(path) was changed from outside: the encrypted value of \(place) is damaged or moved; "
                + "it was not touched. Restore the file from a backup"
        case .file(let error): error.description
        }
    }

    /// Whether the same may work later without anybody changing the data.
    var isTemporary: Bool {
        switch self {
        case .busy, .full, .denied, .failed, .file: true
        default: false
        }
    }

    /// Translates what SQLite reports; <https://www.sqlite.org/rescode.html>.
    init(_ error: DatabaseError, path: String) {
        let detail = error.message ?? "no details"
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .undecodable(path: path, detail: detail)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .denied(path: path, detail: detail)
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE:
            self = .refused(path: path, detail: detail)
        default: self = .failed(path: path, code: error.extendedResultCode.rawValue, detail: detail)
        }
    }

    /// Runs `body`, telling SQLite's errors as store errors; all other errors pass as they are.
    static func translating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }
}
