import Configuration

extension FieldRules {
    static func check(_ channel: Channel) throws(ConfigurationError) {
        let owner = channel.name
        func require(_ field: String, _ expected: String?) throws(ConfigurationError) {
            if let expected { throw .invalid(.channel, owner: owner, field: field, expected: expected) }
        }
        try require("name", Self.name(channel.name))
        try require("base_url", Self.baseURL(channel.baseURL))
        try require("api_key", Self.apiKey(channel.apiKey.value))
        try require("notes", Self.notes(channel.notes))
        try require("headers", Self.headers(channel.headers))
        if case .url(let url) = channel.proxy { try require("proxy", Self.proxy(url.value)) }
        if let version = channel.apiVersion { try require("api_version", Self.apiVersion(version)) }
        if let timeout = channel.connectTimeout {
            try require("connect_timeout", Self.timeout(timeout, in: Self.connectTimeout))
        }
        if let timeout = channel.responseTimeout {
            try require("response_timeout", Self.timeout(timeout, in: Self.responseTimeout))
        }
    }

    static func check(_ entry: APIEntry) throws(ConfigurationError) {
        if let expected = Self.name(entry.model) {
            throw .invalid(.entry, owner: entry.model, field: "model", expected: expected)
        }
        if let name = entry.displayName, let expected = Self.name(name) {
            throw .invalid(.entry, owner: entry.model, field: "name", expected: expected)
        }
    }

    static func check(_ key: AccessKey) throws(ConfigurationError) {
        if let expected = Self.name(key.name) {
            throw .invalid(.accessKey, owner: key.name, field: "name", expected: expected)
        }
        if let expected = Self.hint(key.hint) {
            throw .invalid(.accessKey, owner: key.name, field: "hint", expected: expected)
        }
        guard key.digest.bytes.count == 32 else {
            throw .invalid(.accessKey, owner: key.name, field: "digest", expected: "32 bytes")
        }
    }
}
