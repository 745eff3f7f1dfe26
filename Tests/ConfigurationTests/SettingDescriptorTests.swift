import Configuration
import Testing

/// One row of product.md §6.
struct SettingRow: Sendable, CustomTestStringConvertible {
    var name: String
    var defaultText: String
    var accepted: [String]
    var refused: [String]

    init(_ name: String, _ defaultText: String, accepts accepted: [String], refuses refused: [String]) {
        self.name = name
        self.defaultText = defaultText
        self.accepted = accepted
        self.refused = refused
    }

    var testDescription: String { self.name }

    static func flag(_ name: String, _ isOn: Bool) -> SettingRow {
        SettingRow(name, String(isOn), accepts: ["true", "false"], refuses: ["", "on", "1", "True", " true"])
    }

    static func number(_ name: String, _ value: Int, _ range: ClosedRange<Int>, extra: [Int] = []) -> SettingRow {
        let beyond = [range.lowerBound - 1, range.upperBound + 1, -1].filter { !extra.contains($0) }
        return SettingRow(
            name,
            String(value),
            accepts: ([range.lowerBound, range.upperBound] + extra).map(String.init),
            refuses: beyond.map(String.init) + ["", "x", "10.5", "10s", " 10", "99999999999999999999"]
        )
    }

    static let all: [SettingRow] = [
        SettingRow(
            "host",
            "127.0.0.1",
            accepts: ["0.0.0.0", "::1", "localhost", "192.168.1.20"],
            refuses: ["", "a b", "http://x/", "h\n", "höst"]
        ),
        .number("port", 9090, 0...65535),
        .flag("proxy_enabled", true),
        .number("connect_timeout", 10, 1...300),
        .number("first_token_hedge", 10, 1...600, extra: [0]),
        .flag("hedge_across_models", false),
        .number("stream_idle_timeout", 60, 5...3600),
        .number("request_deadline", 600, 10...86400),
        .number("max_attempts", 6, 1...20),
        .flag("strict_model_names", false),
        .flag("strict_conversion", false),
        .flag("continue_cut_streams", true),
        .flag("hold_tool_calls", false),
        .number("cooldown", 300, 10...86400),
        .flag("recovery_probe", true),
        SettingRow(
            "disable_on_codes",
            "",
            accepts: ["", "401", "401,500-599"],
            refuses: ["x", "99", "600", "500-400"]
        ),
        .flag("require_access_key", false),
        .number("log_retention_days", 90, 1...3650),
        .flag("log_bodies", false),
        SettingRow("language", "system", accepts: ["system", "en", "zh"], refuses: ["", "EN", "de"]),
        SettingRow("theme", "system", accepts: ["system", "light", "dark"], refuses: ["", "Dark", "blue"]),
        SettingRow("auto_order", "custom", accepts: ["custom", "fastest", "latest"], refuses: ["", "slowest"]),
    ]
}

@Suite
struct `The settings are those of the product page` {
    @Test
    func `There is a descriptor for every setting and for nothing else, each once`() {
        let names = SettingDescriptor.all.map(\.name)

        let expected = SettingRow.all.map(\.name)

        #expect(names == expected)
    }

    @Test(arguments: SettingRow.all)
    func `A fresh configuration holds the default`(row: SettingRow) throws {
        let settings = GatewaySettings()

        let descriptor = try #require(SettingDescriptor.named(row.name))

        #expect(descriptor.text(in: settings) == row.defaultText)
    }

    @Test(arguments: SettingRow.all)
    func `What is in range is taken and read back as it was written`(row: SettingRow) throws {
        let descriptor = try #require(SettingDescriptor.named(row.name))

        for text in row.accepted {
            var settings = GatewaySettings()
            try descriptor.set(text, in: &settings)

            #expect(descriptor.text(in: settings) == text)
        }
    }

    @Test(arguments: SettingRow.all)
    func `What is out of range is refused and changes nothing`(row: SettingRow) throws {
        let descriptor = try #require(SettingDescriptor.named(row.name))

        for text in row.refused {
            var settings = GatewaySettings()

            let error = #expect(throws: SettingError.self, "\(text)") { try descriptor.set(text, in: &settings) }

            #expect(error?.text == text)
            #expect(error?.name == row.name)
            #expect(settings == GatewaySettings())
        }
    }

    @Test(arguments: SettingRow.all)
    func `A setting changes its own field only`(row: SettingRow) throws {
        let descriptor = try #require(SettingDescriptor.named(row.name))
        let other = try #require(row.accepted.first { $0 != row.defaultText })
        var settings = GatewaySettings()

        try descriptor.set(other, in: &settings)

        for neighbour in SettingDescriptor.all where neighbour.name != row.name {
            #expect(neighbour.text(in: settings) == neighbour.text(in: GatewaySettings()), "\(neighbour.name)")
        }
        #expect(settings != GatewaySettings())
    }

    @Test(arguments: ["", "PORT", "ports", "connect-timeout"])
    func `An unknown name has no descriptor`(name: String) {
        let descriptor = SettingDescriptor.named(name)

        #expect(descriptor == nil)
    }

    @Test
    func `An error says the name, what was given and what is expected`() throws {
        var settings = GatewaySettings()
        let descriptor = try #require(SettingDescriptor.named("first_token_hedge"))

        let error = #expect(throws: SettingError.self) { try descriptor.set("601", in: &settings) }

        #expect(
            error?.description == "first_token_hedge must be a number of seconds from 1 to 600, or 0 for off, not '601'"
        )
    }

    @Test
    func `A hedge of zero is off`() throws {
        var settings = GatewaySettings()

        try SettingDescriptor.named("first_token_hedge")?.set("0", in: &settings)

        #expect(settings.firstTokenHedge == .zero)
    }
}
