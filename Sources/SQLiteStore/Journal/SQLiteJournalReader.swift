public import Administration
import GRDB
import Relay

/// Reads `journal.db`, also while another process or this one writes it.
public final class SQLiteJournalReader: JournalReader, Sendable {
    private let path: String
    private let database: DatabaseQueue

    /// Opens a journal for reading only.
    ///
    /// - Parameter path: The file.
    /// - Throws: ``StoreError``; ``StoreError/missing(path:)`` when no journal was ever written.
    public init(path: String) throws {
        self.path = path
        self.database = try JournalSchema.file(path).openForReading()
    }

    /// The newest rows that the query wants, newest first, with their attempts.
    ///
    /// - Throws: ``StoreError``.
    public func page(_ query: JournalQuery) throws -> [JournalRow] {
        let limit = min(max(query.limit, 0), 10_000)
        let conditions = JournalConditions(query)
        return try StoreError.translating(self.path) {
            try self.database.read { db in
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT * FROM request WHERE id IN (\(conditions.identifiers(isCount: false)))
                        ORDER BY id DESC LIMIT ?
                        """,
                    arguments: conditions.arguments(limit: limit) + [limit]
                )
                let attempts = try self.attempts(of: rows.map { $0["id"] }, db)
                return try rows.map { row in
                    let id: Int64 = row["id"]
                    let record = try JournalDecoder(path: self.path).record(row, attempts: attempts[id] ?? [])
                    return JournalRow(id: id, record: record)
                }
            }
        }
    }

    /// How many rows the query wants in all; its limit does not count.
    ///
    /// - Throws: ``StoreError``.
    public func count(_ query: JournalQuery) throws -> Int {
        let conditions = JournalConditions(query)
        return try StoreError.translating(self.path) {
            try self.database.read { db in
                try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM (\(conditions.identifiers(isCount: true)))",
                    arguments: conditions.arguments(limit: nil)
                ) ?? 0
            }
        }
    }

    private func attempts(of ids: [Int64], _ db: Database) throws -> [Int64: [AttemptRecord]] {
        var attempts: [Int64: [AttemptRecord]] = [:]
        let statement = try db.cachedStatement(sql: "SELECT * FROM attempt WHERE request = ? ORDER BY position")
        for id in ids {
            let rows = try Row.fetchAll(statement, arguments: [id])
            if !rows.isEmpty { attempts[id] = rows.map(JournalDecoder.attempt) }
        }
        return attempts
    }
}

/// What a query demands of a row, as SQL.
struct JournalConditions {
    private let query: JournalQuery

    init(_ query: JournalQuery) { self.query = query }

    /// A query for the numbers of the rows.
    ///
    /// A model may be the one that was asked for or the one that answered; each half walks its own index.
    func identifiers(isCount: Bool) -> String {
        let tail = isCount ? "" : " ORDER BY id DESC LIMIT ?"
        guard self.query.model != nil else { return self.select(model: nil) + tail }
        let halves = ["requested_model", "serving_model"].map { "SELECT id FROM (\(self.select(model: $0))\(tail))" }
        return halves.joined(separator: " UNION ")
    }

    /// The values for the marks of ``identifiers(isCount:)``.
    func arguments(limit: Int?) -> StatementArguments {
        let values: [(any DatabaseValueConvertible)?] = [
            self.query.model, self.query.channel, self.query.since, self.query.beforeID,
            limit,
        ]
        let half = StatementArguments(values.filter { $0 != nil })
        return self.query.model == nil ? half : half + half
    }

    private func select(model column: String?) -> String {
        var conditions: [String] = []
        if let column { conditions.append("\(column) = ?") }
        if column == "serving_model" { conditions.append("serving_model <> requested_model") }
        if self.query.channel != nil { conditions.append("channel_name = ?") }
        if let status = self.query.status?.rawValue {
            conditions.append("status BETWEEN \(status)00 AND \(status)99")
            if status >= 3 { conditions.append("status >= 300") }
        }
        if self.query.since != nil { conditions.append("started_at_ms >= ?") }
        if self.query.beforeID != nil { conditions.append("id < ?") }
        return "SELECT id FROM request" + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
    }
}
