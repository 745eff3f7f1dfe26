extension DataFolder {
    /// The master key, unless the environment has it.
    public var masterKeyPath: String { "\(self.path)/master.key" }
    /// The key that is about to replace ``masterKeyPath``; left behind only by a change that was cut short.
    public var nextMasterKeyPath: String { "\(self.path)/master.key.new" }

    /// Opens the configuration of this folder with its master key; makes both if there are none.
    ///
    /// The key is the one of ``MasterKey/variable``, and then no file is read or made; else the one of ``masterKeyPath``.
    /// A key is made only while nothing is encrypted.
    ///
    /// - Parameters:
    ///   - environment: The environment variables.
    ///   - now: The wall clock, in milliseconds since 1970-01-01 UTC.
    /// - Returns: The store.
    /// - Throws: ``StoreError``; ``StoreError/masterKeyMissing(path:database:)``, ``StoreError/masterKeyWrong(path:)``,
    ///   ``StoreError/masterKeyDamaged(path:)`` and ``StoreError/masterKeyInvalid`` with nothing touched.
    public func openConfiguration(
        environment: [String: String],
        now: @escaping @Sendable () -> Int64 = WallClock.milliseconds
    ) throws -> SQLiteConfigurationStore {
        if let key = try MasterKey.inEnvironment(environment) {
            return try SQLiteConfigurationStore(path: self.configurationPath, key: key, now: now)
        }
        let files = MasterKeyFile(folder: self)
        // The database is opened under the lock, so that the key cannot change in between.
        return try files.locked {
            let key = try self.masterKey(files)
            return try SQLiteConfigurationStore(path: self.configurationPath, key: key, now: now)
        }
    }

    /// Changes the master key of this folder.
    ///
    /// The new key is on the disk as ``nextMasterKeyPath`` before anything is encrypted with it, and replaces the old one
    /// afterwards. Wherever that is cut short, the fingerprint in the database tells which of the two is right when the
    /// folder is opened again.
    ///
    /// - Parameters:
    ///   - store: The open configuration of this folder; it goes on with the new key.
    ///   - key: The new key.
    ///   - lock: Proof that no gateway with the old key is running on the folder.
    /// - Throws: ``StoreError``; ``StoreError/masterKeyWrong(path:)`` with nothing touched when the store's key is not the
    ///   one of the file, but comes from the environment, say.
    public func rotateMasterKey(
        of store: SQLiteConfigurationStore,
        to key: MasterKey = .random(),
        holding lock: InstanceLock
    ) throws {
        let files = MasterKeyFile(folder: self)
        try withExtendedLifetime(lock) {
            try files.locked {
                try store.requireKey()
                guard try files.current() == store.key else {
                    throw StoreError.masterKeyWrong(path: self.configurationPath)
                }
                try files.stage(key)
                try store.reseal(to: key)
                try files.adoptNext()
            }
        }
        try store.eraseTraces()
    }

    /// The key of the files; made if there is none and nothing is encrypted.
    private func masterKey(_ files: MasterKeyFile) throws -> MasterKey {
        let current = try files.current()
        if let next = try files.next(), try self.sealedValues(of: next, { try $0.areOfThisKey() }) {
            try files.adoptNext()
            return next
        }
        // Another key that waits is of a change that never reached the database; the next change replaces it.
        if let current { return current }
        let key = MasterKey.random()
        guard try !self.sealedValues(of: key, { try $0.exist() }) else {
            throw StoreError.masterKeyMissing(path: self.masterKeyPath, database: self.configurationPath)
        }
        return try files.make(key)
    }

    /// Asks the database without changing it; `false` when there is none.
    private func sealedValues(of key: MasterKey, _ question: (SealedValues) throws -> Bool) throws -> Bool {
        let box = SecretBox(key)
        return try ConfigurationSchema.file(self.configurationPath, box).examine { db in
            try question(SealedValues(db: db, box: box, path: self.configurationPath))
        } ?? false
    }
}
