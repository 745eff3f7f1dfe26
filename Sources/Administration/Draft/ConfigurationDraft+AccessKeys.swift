public import Configuration

extension ConfigurationDraft {
    /// All access keys, oldest first.
    public var accessKeys: [AccessKey] { self.configuration.accessKeys }

    /// The access key with a number.
    public func accessKey(_ id: AccessKey.ID) -> AccessKey? { self.accessKeys.first { $0.id == id } }

    /// The access key with a name, compared without case.
    public func accessKey(named name: String) -> AccessKey? {
        let folded = name.lowercased()
        return self.accessKeys.first { $0.name.lowercased() == folded }
    }

    /// Adds an access key behind the others.
    ///
    /// - Returns: The access key's number.
    /// - Throws: ``ConfigurationError`` when the name or the key is taken or a value breaks a rule; nothing is changed
    ///   then.
    @discardableResult
    public mutating func addAccessKey(
        name: String,
        digest: AccessKey.Digest,
        hint: String,
        isEnabled: Bool = true
    ) throws(ConfigurationError) -> AccessKey.ID {
        let id = AccessKey.ID(rawValue: self.counters.accessKey + 1)
        let key = AccessKey(id: id, name: name, digest: digest, hint: hint, isEnabled: isEnabled)
        try self.check(key)
        self.counters.accessKey = id.rawValue
        self.configuration.accessKeys.append(key)
        return id
    }

    /// Changes an access key; its number stays.
    ///
    /// - Throws: ``ConfigurationError`` when there is no such access key, its new name or key is taken or a value breaks a
    ///   rule; nothing is changed then.
    public mutating func updateAccessKey(
        _ id: AccessKey.ID,
        _ change: (inout AccessKey) -> Void
    ) throws(ConfigurationError) {
        guard let index = self.accessKeys.firstIndex(where: { $0.id == id }) else {
            throw .unknown(.accessKey, id: id.rawValue)
        }
        var key = self.accessKeys[index]
        change(&key)
        key.id = id
        try self.check(key)
        self.configuration.accessKeys[index] = key
    }

    /// Removes an access key.
    ///
    /// - Returns: The access key; ``restore(_:)`` takes it back.
    /// - Throws: ``ConfigurationError/unknown(_:id:)``.
    @discardableResult
    public mutating func removeAccessKey(_ id: AccessKey.ID) throws(ConfigurationError) -> AccessKey {
        guard let index = self.accessKeys.firstIndex(where: { $0.id == id }) else {
            throw .unknown(.accessKey, id: id.rawValue)
        }
        return self.configuration.accessKeys.remove(at: index)
    }

    /// Brings a removed access key back with its number.
    ///
    /// - Throws: ``ConfigurationError`` when its name, key or number is in use.
    public mutating func restore(_ key: AccessKey) throws(ConfigurationError) {
        guard self.accessKey(key.id) == nil else { throw .nameTaken(.accessKey, name: key.name) }
        try self.check(key)
        self.counters.accessKey = max(self.counters.accessKey, key.id.rawValue)
        let index = self.accessKeys.firstIndex { $0.id > key.id } ?? self.accessKeys.endIndex
        self.configuration.accessKeys.insert(key, at: index)
    }

    private func check(_ key: AccessKey) throws(ConfigurationError) {
        try FieldRules.check(key)
        if let other = self.accessKey(named: key.name), other.id != key.id {
            throw .nameTaken(.accessKey, name: key.name)
        }
        if let other = self.accessKeys.first(where: { $0.digest == key.digest }), other.id != key.id {
            throw .keyTaken(name: key.name, by: other.name)
        }
    }
}
