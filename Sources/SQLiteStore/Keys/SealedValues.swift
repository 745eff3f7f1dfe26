import GRDB

/// The encrypted values of `config.db`, and the fingerprint of the key they were encrypted with.
///
/// As long as nothing is encrypted, any key is right; the first one that encrypts something leaves its fingerprint, and no
/// other may write from then on.
struct SealedValues {
    /// What the fingerprint says when it is decrypted.
    private static let knownText = "API Switch"

    let db: Database
    let box: SecretBox
    let path: String

    // MARK: The right key

    /// Whether something is encrypted; also answers for files of earlier versions and for empty ones.
    func exist() throws -> Bool {
        guard try self.db.tableExists("master_key") else { return false }
        return try Bool.fetchOne(
            self.db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM channel WHERE api_key <> '' OR proxy_url <> '')
                    OR EXISTS (SELECT 1 FROM channel_header WHERE value <> '')
                """
        ) ?? false
    }

    /// Whether the fingerprint is of this key.
    func areOfThisKey() throws -> Bool {
        guard try self.db.tableExists("master_key") else { return false }
        let fingerprint = try String.fetchOne(self.db, sql: "SELECT fingerprint FROM master_key")
        return fingerprint.flatMap { try? self.box.open($0, at: .fingerprint) } == Self.knownText
    }

    /// - Throws: ``StoreError/masterKeyWrong(path:)``
    func requireThisKey() throws {
        if try self.areOfThisKey() { return }
        guard try !self.exist() else { throw StoreError.masterKeyWrong(path: self.path) }
    }

    /// Makes sure that values encrypted from now on are of one key with those that are there.
    func claim() throws {
        if try self.areOfThisKey() { return }
        try self.requireThisKey()
        try self.writeFingerprint(of: self.box)
    }

    private func writeFingerprint(of box: SecretBox) throws {
        let fingerprint = try box.seal(Self.knownText, at: .fingerprint)
        try self.db.execute(sql: "UPDATE master_key SET fingerprint = ?", arguments: [fingerprint])
    }

    // MARK: Values

    /// - Throws: ``StoreError/secretDamaged(path:place:)``
    func open(_ text: String, at place: SecretPlace) throws(StoreError) -> String {
        do throws(SecretBox.Unopenable) {
            return try self.box.open(text, at: place)
        } catch {
            throw .secretDamaged(path: self.path, place: place.description)
        }
    }

    /// Encrypts the plain values that earlier versions wrote.
    func sealPlainValues() throws {
        try self.rewrite { text, place in try self.box.seal(text, at: place) }
        try self.writeFingerprint(of: self.box)
    }

    /// Encrypts everything with another key.
    func reseal(with other: SecretBox) throws {
        try self.claim()
        try self.rewrite { text, place in try other.seal(try self.open(text, at: place), at: place) }
        try self.writeFingerprint(of: other)
        try self.db.execute(sql: "UPDATE master_key SET may_have_traces = 1")
    }

    private func rewrite(_ change: (String, SecretPlace) throws -> String) throws {
        for row in try Row.fetchAll(self.db, sql: "SELECT id, api_key, proxy_url FROM channel") {
            let id: Int64 = row["id"]
            try self.db.execute(
                sql: "UPDATE channel SET api_key = ?, proxy_url = ? WHERE id = ?",
                arguments: [
                    try change(row["api_key"], .apiKey(channel: id)),
                    try (row["proxy_url"] as String?).map { try change($0, .proxyURL(channel: id)) },
                    id,
                ]
            )
        }
        for row in try Row.fetchAll(self.db, sql: "SELECT channel_id, position, value FROM channel_header") {
            let (id, position): (Int64, Int64) = (row["channel_id"], row["position"])
            try self.db.execute(
                sql: "UPDATE channel_header SET value = ? WHERE channel_id = ? AND position = ?",
                arguments: [try change(row["value"], .header(channel: id, position: position)), id, position]
            )
        }
    }
}
