import Foundation
import GRDB

/// Bytes as a database value.
struct Blob: DatabaseValueConvertible {
    var bytes: [UInt8]

    var databaseValue: DatabaseValue { Data(self.bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Blob? {
        Data.fromDatabaseValue(value).map { Blob(bytes: Array($0)) }
    }
}
