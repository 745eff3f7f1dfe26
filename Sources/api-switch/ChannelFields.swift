import ArgumentParser
import Configuration

/// The options that say what a channel is; those that are not given leave a channel as it is.
struct ChannelFields: ParsableArguments {
    @Option(help: ArgumentHelp("Its address; needs no /v1.", valueName: "url"))
    var baseURL: String?
    @Option(
        help: ArgumentHelp("Its key; - reads it from the standard input, out of the shell's history.", valueName: "key")
    )
    var apiKey: String?
    @Option(help: ArgumentHelp("The environment variable that holds its key.", valueName: "variable"))
    var apiKeyEnv: String?
    @Option(help: ArgumentHelp("A model it gets an entry for; may be repeated.", valueName: "name"))
    var model: [String] = []
    @Option(help: ArgumentHelp("Free text for yourself.", valueName: "text"))
    var notes: String?
    @Option(
        help: ArgumentHelp(
            "A header of every call, 'Name: value'; 'Name:' takes it away; may be repeated.",
            valueName: "header"
        )
    )
    var header: [String] = []
    @Option(help: ArgumentHelp("env, none, or http://…, socks5://… or socks5h://….", valueName: "proxy"))
    var proxy: String?
    @Option(help: ArgumentHelp("The api-version of Azure calls, or 'default'.", valueName: "version"))
    var apiVersion: String?
    @Option(help: ArgumentHelp("Seconds a connection may take to open, or 'default'.", valueName: "seconds"))
    var connectTimeout: String?
    @Option(help: ArgumentHelp("Seconds until the first byte of an answer, or 'default'.", valueName: "seconds"))
    var responseTimeout: String?

    /// Understands what was given, asking for the key when it is to be typed.
    ///
    /// - Parameter environment: The environment of the process.
    /// - Returns: What a channel is changed by.
    /// - Throws: ``CommandError``; it repeats nothing that may hold a key.
    func read(environment: [String: String]) throws(CommandError) -> ChannelPatch {
        ChannelPatch(
            baseURL: self.baseURL?.trimmed,
            apiKey: try self.key(environment: environment),
            notes: self.notes,
            headers: try self.headers(),
            proxy: self.proxy.map { $0 == "env" ? .environment : $0 == "none" ? Channel.Proxy.none : .url(Secret($0)) },
            apiVersion: self.apiVersion.map { $0 == Self.standard ? .standard : .value($0) },
            connectTimeout: try Self.seconds("--connect-timeout", self.connectTimeout),
            responseTimeout: try Self.seconds("--response-timeout", self.responseTimeout)
        )
    }

    /// The word that takes an option back.
    private static let standard = "default"

    private func key(environment: [String: String]) throws(CommandError) -> Secret? {
        guard self.apiKey == nil || self.apiKeyEnv == nil else {
            throw CommandError("give either --api-key or --api-key-env, not both")
        }
        if let apiKey { return Secret(apiKey == "-" ? try Terminal.readSecret("API key") : apiKey) }
        guard let apiKeyEnv else { return nil }
        // Not repeated: somebody may have put the key itself here.
        guard let key = environment[apiKeyEnv], !key.isEmpty else {
            throw CommandError("the environment variable that --api-key-env names is not set; export it first")
        }
        return Secret(key)
    }

    private func headers() throws(CommandError) -> [Channel.Header] {
        var headers: [Channel.Header] = []
        for text in self.header {
            guard let colon = text.firstIndex(of: ":") else {
                throw CommandError("a --header is written 'Name: value'; one of them has no colon")
            }
            let value = String(text[text.index(after: colon)...]).trimmed
            headers.append(Channel.Header(name: String(text[..<colon]).trimmed, value: Secret(value)))
        }
        return headers
    }

    private static func seconds(
        _ option: String,
        _ text: String?
    ) throws(CommandError) -> ChannelPatch.Stated<Duration>? {
        guard let text else { return nil }
        guard text != Self.standard else { return .standard }
        guard let seconds = Double(text), abs(seconds) < 1_000_000, (seconds * 1000).rounded() / 1000 == seconds else {
            throw CommandError("\(option) must be a number of seconds such as 10 or 2.5, or 'default', not '\(text)'")
        }
        return .value(.milliseconds(Int64((seconds * 1000).rounded())))
    }
}

/// What is stated of a channel; `nil` leaves a field as it is.
struct ChannelPatch {
    /// A value, or the gateway's own.
    enum Stated<Value> {
        case standard
        case value(Value)

        var value: Value? {
            if case .value(let value) = self { value } else { nil }
        }
    }

    var baseURL: String?
    var apiKey: Secret?
    var notes: String?
    var headers: [Channel.Header]
    var proxy: Channel.Proxy?
    var apiVersion: Stated<String>?
    var connectTimeout: Stated<Duration>?
    var responseTimeout: Stated<Duration>?

    /// Puts everything stated into a channel.
    func fill(_ channel: inout Channel) {
        channel.baseURL = self.baseURL ?? channel.baseURL
        channel.apiKey = self.apiKey ?? channel.apiKey
        channel.notes = self.notes ?? channel.notes
        channel.proxy = self.proxy ?? channel.proxy
        if let apiVersion { channel.apiVersion = apiVersion.value }
        if let connectTimeout { channel.connectTimeout = connectTimeout.value }
        if let responseTimeout { channel.responseTimeout = responseTimeout.value }
        for header in self.headers {
            let place = channel.headers.firstIndex { $0.name.lowercased() == header.name.lowercased() }
            switch (place, header.value.isEmpty) {
            case (let place?, true): channel.headers.remove(at: place)
            case (let place?, false): channel.headers[place] = header
            case (nil, true): break
            case (nil, false): channel.headers.append(header)
            }
        }
    }
}
