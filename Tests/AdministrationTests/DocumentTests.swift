import Administration
import Configuration
import GatewayTesting
import Testing

@Suite struct `A configuration file` {
    private static let head = "channels:\n- name: A\n  type: openai\n  base_url: a.example\n"

    private static func models(_ yaml: String) throws -> [String] {
        let document = try ConfigurationDocument(yaml: Self.head + "  models: " + yaml, environment: [:])
        return document.channels?.first?.models?.map(\.model) ?? []
    }

    @Test func `of product.md is understood`() throws {
        let yaml = """
            channels:
              - name: DeepSeek
                type: openai
                base_url: https://api.deepseek.com
                api_key: ${DEEPSEEK_API_KEY}      # environment variables are expanded
                models: [deepseek-chat, deepseek-reasoner]   # entries, in AUTO order
            access_keys:
              - {name: laptop, key: sk-0123456789}
            settings: {port: 9090, cooldown: 300}
            """

        let document = try ConfigurationDocument(yaml: yaml, environment: ["DEEPSEEK_API_KEY": "sk-secret"])

        #expect(document.channels?.map(\.name) == ["DeepSeek"])
        #expect(document.channels?.first?.apiKey == Secret("sk-secret"))
        #expect(document.channels?.first?.models?.map(\.model) == ["deepseek-chat", "deepseek-reasoner"])
        #expect(document.accessKeys?.first?.digest == AccessKey.Digest(of: "sk-0123456789"))
        #expect(document.accessKeys?.first?.hint == "6789")
        #expect(document.settings.map(\.text) == ["9090", "300"])
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "---\n", "~", "null", "\u{FEFF}", "channels:\nsettings: ~\n"])
    func `that is empty states nothing`(yaml: String) throws {
        let document = try ConfigurationDocument(yaml: yaml, environment: [:])

        #expect(document == ConfigurationDocument())
    }

    @Test func `keeps the spelling of words YAML takes for something else`() throws {
        let models = try Self.models("[4.1, no, on, 0x1F, 1e3, 2024-01-01, 12:30:45, null, ~, 1_000, .inf, 4.10, 007]")

        #expect(
            models == [
                "4.1", "no", "on", "0x1F", "1e3", "2024-01-01", "12:30:45", "null", "~", "1_000", ".inf", "4.10", "007",
            ]
        )
    }

    @Test(arguments: [("yes", true), ("On", true), ("TRUE", true), ("'true'", true), ("no", false), ("off", false)])
    func `may spell a switch as YAML 1_1 does`(word: String, expected: Bool) throws {
        let document = try ConfigurationDocument(yaml: Self.head + "  enabled: \(word)", environment: [:])

        #expect(document.channels?.first?.isEnabled == expected)
    }

    @Test func `may use anchors, aliases and merges`() throws {
        let yaml = """
            channels:
            - &base
              name: A
              type: openai
              base_url: a.example
              connect_timeout: 2.5
              models: &models [m1, m2]
            - {<<: *base, name: B, models: *models, proxy: none}
            """

        let document = try ConfigurationDocument(yaml: yaml, environment: [:])

        #expect(document.channels?.map(\.name) == ["A", "B"])
        #expect(document.channels?.map(\.connectTimeout) == [.value(.milliseconds(2500)), .value(.milliseconds(2500))])
        #expect(document.channels?.last?.models?.map(\.model) == ["m1", "m2"])
        #expect(document.channels?.last?.proxy == Channel.Proxy.none)
    }

    @Test func `with an alias bomb is refused at once`() throws {
        var yaml = "a0: &a0 [x, x]\n"
        for level in 1...60 { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let key = yaml + "? *a60\n: 1\n? *a60\n: 2\n"

        for text in [yaml, key] {
            let error = #expect(throws: ConfigurationDocumentError.self) {
                try ConfigurationDocument(yaml: text, environment: [:])
            }
            #expect(error?.description == "the aliases stand for too much text; write the values out")
        }
    }

    @Test func `with many aliases of a list is bounded`() throws {
        let models = (0..<2000).map { "m\($0)" }.joined(separator: ",")
        let uses = (0..<500).map { "- {name: c\($0), type: openai, base_url: a, models: *m}\n" }.joined()
        let first = "channels:\n- {name: c, type: openai, base_url: a, models: &m [\(models)]}\n"

        let error = #expect(throws: ConfigurationDocumentError.self) {
            try ConfigurationDocument(yaml: first + uses, environment: [:])
        }

        #expect(error?.description.contains("more than 200000 values") == true)
        #expect((error?.problems.count ?? 0) == 1)
    }

    @Test func `may hold ampersands, stars and many uses of one anchor`() throws {
        let channels = (0..<300).map { "- {<<: *d, name: c\($0), notes: 'R&D *d x&d'}\n" }.joined()
        let yaml = "channels:\n- &d {name: d, type: openai, base_url: 'http://a/?x=1&d=2*d'}\n" + channels

        let document = try ConfigurationDocument(yaml: yaml, environment: [:])

        #expect(document.channels?.count == 301)
    }

    @Test func `says with null what goes back to its default`() throws {
        let yaml = Self.head + "  api_version: ~\n  connect_timeout:\n  headers: null\n  notes:\n  api_key:\n"

        let channel = try #require(try ConfigurationDocument(yaml: yaml, environment: [:]).channels?.first)

        #expect(channel.apiVersion == .standard)
        #expect(channel.connectTimeout == .standard)
        #expect(channel.headers == [])
        #expect(channel.notes == "")
        #expect(channel.apiKey == nil)
    }

    @Test(arguments: 0..<2000) func `never traps, however it is damaged`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var random = RandomConfiguration(seed: seed)
        var bytes = Array(try ConfigurationExporter.export(random.make().configuration, includeKeys: true).utf8)
        let noise = Array("&*{}[]:,?-|>'\"#%@`!$~<\n\r\t \u{0}\u{85}é<<".utf8)

        for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes.remove(at: index)
            case 1: bytes[index] = noise[Int.random(in: 0..<noise.count, using: &generator)]
            default: bytes.insert(noise[Int.random(in: 0..<noise.count, using: &generator)], at: index)
            }
        }
        let outcome = Result {
            try ConfigurationDocument(yaml: String(decoding: bytes, as: UTF8.self), environment: [:])
        }

        if case .failure(let error) = outcome { #expect(error is ConfigurationDocumentError) }
    }
}

@Suite struct `An environment variable in a file` {
    private static func name(_ text: String, _ environment: [String: String] = [:]) throws -> String? {
        let yaml = "channels:\n- {name: '\(text)', type: openai, base_url: a}"
        return try ConfigurationDocument(yaml: yaml, environment: environment).channels?.first?.name
    }

    @Test(
        arguments: [
            ("${A}", "1"), ("x${A}y${B_2}z", "x1ytwoz"), ("${C:-def}", "def"), ("${EMPTY:-def}", "def"),
            ("${A:-def}", "1"), ("$$", "$"), ("$${A}", "${A}"), ("$$$A", "$$A"), ("$A", "$A"), ("a$", "a$"),
            ("${C:-}x", "x"),
            ("${C:-a:b$}", "a:b$"),
        ]
    ) func `is put in`(text: String, expected: String) throws {
        let name = try Self.name(text, ["A": "1", "B_2": "two", "EMPTY": ""])

        #expect(name == expected)
    }

    @Test(
        arguments: [
            (
                "${NOPE}",
                "channels[0].name: environment variable NOPE is not set; set it or give a default as ${NOPE:-default}"
            ),
            ("${NOPE", "'${' without '}'"), ("${}", "must hold the name"), ("${1A}", "must hold the name"),
            ("${A B}", "must hold the name"), ("${A:x}", "must hold the name"), ("${é}", "must hold the name"),
        ]
    ) func `that cannot be put in is told`(text: String, expected: String) {
        let error = #expect(throws: ConfigurationDocumentError.self) { try Self.name(text) }

        #expect(error?.problems.count == 1)
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test func `stands for text, whatever YAML would make of it`() throws {
        let yaml =
            "channels:\n- {name: \"${N}\", type: openai, base_url: a}\nsettings: {port: \"${P}\", log_bodies: \"${B}\"}"

        let document = try ConfigurationDocument(yaml: yaml, environment: ["N": "a: [b", "P": "81", "B": "yes"])

        #expect(document.channels?.first?.name == "a: [b")
        #expect(document.settings.map(\.text) == ["81", "true"])
    }
}
