/// One setting as files, the command line and the store know it.
public struct SettingDescriptor: Sendable {
    /// How a setting's text is read and what it may be.
    public enum Form: Sendable {
        /// A number of seconds in a range; `zeroIsOff` allows 0 as well.
        case seconds(ClosedRange<Int>, zeroIsOff: Bool)
        /// A whole number in a range.
        case integer(ClosedRange<Int>)
        /// `true` or `false`.
        case flag
        /// One of these words.
        case choice([String])
        /// A text that passes a check; the string says what is expected.
        case text(expected: String, isValid: @Sendable (String) -> Bool)
    }

    /// The name in files, such as `connect_timeout`.
    public let name: String
    /// What it may be.
    public let form: Form

    private let read: @Sendable (GatewaySettings) -> String
    private let write: @Sendable (inout GatewaySettings, String) -> Void

    /// The setting's text, as files spell it.
    public func text(in settings: GatewaySettings) -> String { self.read(settings) }

    /// Changes the setting.
    ///
    /// - Throws: ``SettingError`` when the text is of the wrong type or out of range; nothing is changed then.
    public func set(_ text: String, in settings: inout GatewaySettings) throws(SettingError) {
        guard self.accepts(text) else {
            throw SettingError(name: self.name, text: text, expected: self.expectation)
        }
        self.write(&settings, text)
    }

    /// The descriptor of a name, or `nil` when there is no such setting.
    public static func named(_ name: String) -> SettingDescriptor? { Self.all.first { $0.name == name } }

    /// What the setting may be, in words.
    public var expectation: String {
        switch self.form {
        case .seconds(let range, let zeroIsOff):
            "a number of seconds from \(range.lowerBound) to \(range.upperBound)" + (zeroIsOff ? ", or 0 for off" : "")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .text(let expected, _): expected
        }
    }

    private func accepts(_ text: String) -> Bool {
        switch self.form {
        case .seconds(let range, let zeroIsOff):
            guard let value = Int(text) else { return false }
            return range.contains(value) || (zeroIsOff && value == 0)
        case .integer(let range): return Int(text).map(range.contains) ?? false
        case .flag: return text == "true" || text == "false"
        case .choice(let words): return words.contains(text)
        case .text(_, let isValid): return isValid(text)
        }
    }

    private static func seconds(
        _ name: String,
        _ range: ClosedRange<Int>,
        zeroIsOff: Bool = false,
        _ path: any WritableKeyPath<GatewaySettings, Duration> & Sendable
    ) -> SettingDescriptor {
        SettingDescriptor(
            name: name,
            form: .seconds(range, zeroIsOff: zeroIsOff),
            read: { String($0[keyPath: path].components.seconds) },
            write: { $0[keyPath: path] = .seconds(Int($1) ?? 0) }
        )
    }

    private static func integer(
        _ name: String,
        _ range: ClosedRange<Int>,
        _ path: any WritableKeyPath<GatewaySettings, Int> & Sendable
    ) -> SettingDescriptor {
        SettingDescriptor(
            name: name,
            form: .integer(range),
            read: { String($0[keyPath: path]) },
            write: { $0[keyPath: path] = Int($1) ?? 0 }
        )
    }

    private static func flag(
        _ name: String,
        _ path: any WritableKeyPath<GatewaySettings, Bool> & Sendable
    ) -> SettingDescriptor {
        SettingDescriptor(
            name: name,
            form: .flag,
            read: { String($0[keyPath: path]) },
            write: { $0[keyPath: path] = $1 == "true" }
        )
    }

    private static func text(
        _ name: String,
        _ form: Form,
        _ path: any WritableKeyPath<GatewaySettings, String> & Sendable
    ) -> SettingDescriptor {
        SettingDescriptor(
            name: name,
            form: form,
            read: { $0[keyPath: path] },
            write: { $0[keyPath: path] = $1 }
        )
    }

    /// Every setting, in the order of the settings page.
    public static let all: [SettingDescriptor] = [
        .text("host", .text(expected: "an IP address or host name", isValid: Self.isHost), \.host),
        .integer("port", 0...65535, \.port),
        .flag("proxy_enabled", \.isProxyEnabled),
        .seconds("connect_timeout", 1...300, \.connectTimeout),
        .seconds("first_token_hedge", 1...600, zeroIsOff: true, \.firstTokenHedge),
        .flag("hedge_across_models", \.hedgesAcrossModels),
        .seconds("stream_idle_timeout", 5...3600, \.streamIdleTimeout),
        .seconds("request_deadline", 10...86400, \.requestDeadline),
        .integer("max_attempts", 1...20, \.maximumAttempts),
        .flag("strict_model_names", \.usesStrictModelNames),
        .flag("strict_conversion", \.usesStrictConversion),
        .flag("continue_cut_streams", \.continuesCutStreams),
        .flag("hold_tool_calls", \.holdsToolCalls),
        .seconds("cooldown", 10...86400, \.cooldown),
        .flag("recovery_probe", \.probesRecovery),
        .text(
            "disable_on_codes",
            .text(expected: "status codes and ranges such as 401,500-599", isValid: { StatusCodeSet($0) != nil }),
            \.disableOnCodes
        ),
        .flag("require_access_key", \.requiresAccessKey),
        .integer("log_retention_days", 1...3650, \.logRetentionDays),
        .flag("log_bodies", \.logsBodies),
        .text("language", .choice(["system", "en", "zh"]), \.language),
        .text("theme", .choice(["system", "light", "dark"]), \.theme),
        .text("auto_order", .choice(["custom", "fastest", "latest"]), \.autoOrder),
    ]

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }
}

/// A text that a setting does not take.
public struct SettingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The setting's name in files.
    public let name: String
    /// What was given.
    public let text: String
    /// What the setting takes.
    public let expected: String

    /// All three in one sentence.
    public var description: String { "\(self.name) must be \(self.expected), not '\(self.text)'" }
}
