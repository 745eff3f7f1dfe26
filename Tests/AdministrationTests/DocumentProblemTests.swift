import Administration
import Testing

/// A broken file and what must be said about it.
struct BrokenFile: Sendable, CustomTestStringConvertible {
    var yaml: String
    /// Beginnings of the problems, in order.
    var problems: [String]

    init(_ yaml: String, _ problems: String...) {
        self.yaml = yaml
        self.problems = problems
    }

    var testDescription: String { self.problems.joined(separator: " · ") }
}

private let head = "channels:\n- name: A\n  type: openai\n  base_url: a.example\n"

@Suite struct `A configuration file with mistakes` {
    @Test(
        arguments: [
            BrokenFile(
                "channls: []",
                "line 1: channls: unknown key; did you mean 'channels'?; known keys are channels"
            ),
            BrokenFile(head + "  typ: openai", "line 5: channels[0].typ: unknown key; did you mean 'type'?"),
            BrokenFile(head + "  baseurl: x", "line 5: channels[0].baseurl: unknown key; did you mean 'base_url'?"),
            BrokenFile(head + "  api-key: x", "line 5: channels[0].api-key: unknown key; did you mean 'api_key'?"),
            BrokenFile(head + "  zzz: 1", "line 5: channels[0].zzz: unknown key; known keys are name, type, base_url"),
            BrokenFile("channels: {}", "line 1: channels: must be a list of channels, not a mapping"),
            BrokenFile("channels: text", "line 1: channels: must be a list of channels, not text"),
            BrokenFile("- a", "line 1: must be a mapping with channels, access_keys and settings, not a list"),
            BrokenFile(
                "channels:\n- A",
                "line 2: channels[0]: must be a mapping with name, type and base_url, not text"
            ),
            BrokenFile(
                "channels:\n-",
                "line 2: channels[0]: must be a mapping with name, type and base_url, not nothing"
            ),
            BrokenFile(
                "channels:\n- notes: x",
                "line 2: channels[0]: 'name' is missing",
                "line 2: channels[0]: 'type' is missing; it is one of openai, anthropic, gemini, azure, custom, claude",
                "line 2: channels[0]: 'base_url' is missing"
            ),
            BrokenFile(head + "  name: B", "line 5: channels[0].name: duplicate key, already given in line 2"),
            BrokenFile(head + "  \"name\": B", "line 5: channels[0].name: duplicate key, already given in line 2"),
            BrokenFile(
                head + "  enabled: 1\n  enabled: true\n  typ: x\nsettings: {port: 1, port: 2}",
                "line 6: channels[0].enabled: duplicate key, already given in line 5",
                "line 7: channels[0].typ: unknown key",
                "line 8: settings.port: duplicate key, already given in line 8"
            ),
            BrokenFile(
                "settings:\n  port: 1\n  port: 2\n  port: 3",
                "line 3: settings.port: duplicate key, already given in line 2",
                "line 4: settings.port: duplicate key, already given in line 2"
            ),
        ]
    ) func `is told where its structure is wrong`(file: BrokenFile) {
        Self.expect(file)
    }

    @Test(
        arguments: [
            BrokenFile(
                "channels:\n- {name: A, type: opnai, base_url: a}",
                "line 2: channels[0].type: must be one of openai, anthropic, gemini, azure, custom, claude, not 'opnai'; "
                    + "did you mean 'openai'?"
            ),
            BrokenFile(
                "channels:\n- {name: '', type: openai, base_url: a}",
                "line 2: channels[0].name: must be 1 to 400"
            ),
            BrokenFile("channels:\n- {name: ' A', type: openai, base_url: a}", "line 2: channels[0].name: must be"),
            BrokenFile(
                "channels:\n- {name: \"a\\nb\", type: openai, base_url: a}",
                "line 2: channels[0].name: must be"
            ),
            BrokenFile(
                "channels:\n- {name: [], type: openai, base_url: a}",
                "line 2: channels[0].name: must be text, not"
            ),
            BrokenFile(
                "channels:\n- {name: A, type: openai, base_url: 'ftp://a'}",
                "line 2: channels[0].base_url: must be an"
            ),
            BrokenFile(
                "channels:\n- {name: A, type: openai, base_url: 'https://u:p@a'}",
                "line 2: channels[0].base_url: must"
            ),
            BrokenFile(head + "  proxy: ftp://x", "line 5: channels[0].proxy: must be env, none, or an address"),
            BrokenFile(head + "  proxy: http://x:0", "line 5: channels[0].proxy: must be env, none, or an address"),
            BrokenFile(head + "  proxy: http://", "line 5: channels[0].proxy: must be env, none, or an address"),
            BrokenFile(
                head + "  connect_timeout: soon",
                "line 5: channels[0].connect_timeout: must be a number of seconds"
            ),
            BrokenFile(
                head + "  connect_timeout: 301",
                "line 5: channels[0].connect_timeout: must be a number of seconds from"
            ),
            BrokenFile(head + "  response_timeout: 1.0001", "line 5: channels[0].response_timeout: must be a number"),
            BrokenFile(head + "  response_timeout: -1", "line 5: channels[0].response_timeout: must be a number"),
            BrokenFile(head + "  enabled: maybe", "line 5: channels[0].enabled: must be true or false, not 'maybe'"),
            BrokenFile(
                head + "  headers: {\"x y\": 1}",
                "line 5: channels[0].headers.x y: the name must be a header name"
            ),
            BrokenFile(
                head + "  headers: {x: \"a\\r\\nb\"}",
                "line 5: channels[0].headers.x: must be text without line breaks"
            ),
            BrokenFile(
                head + "  headers: {x: 1, X: 2}",
                "line 5: channels[0].headers.X: this header is given more than once"
            ),
            BrokenFile(
                head + "  headers: {Content-Length: 1}",
                "line 5: channels[0].headers.Content-Length: the name must"
            ),
            BrokenFile(head + "  headers: [x]", "line 5: channels[0].headers: must be a mapping of names to values"),
            BrokenFile(head + "  api_key: \"a\\nb\"", "line 5: channels[0].api_key: must be text without"),
            BrokenFile(head + "  api_version: a/b", "line 5: channels[0].api_version: must be a version"),
            BrokenFile(head + "  models: gpt", "line 5: channels[0].models: must be a list of models, not text"),
            BrokenFile(head + "  models:\n  - a\n  - ''", "line 7: channels[0].models[1]: must be 1 to 400 bytes"),
            BrokenFile(
                head + "  models:\n  - a\n  - a",
                "line 7: channels[0].models[1]: model 'a' is already listed in line 6"
            ),
            BrokenFile(head + "  models:\n  - {name: x}", "line 6: channels[0].models[0]: 'model' is missing"),
            BrokenFile(
                head + "  models:\n  - {model: x, kind: cat}",
                "line 6: channels[0].models[0].kind: must be one of chat"
            ),
            BrokenFile(
                head + "  models:\n  - [x]",
                "line 6: channels[0].models[0]: must be a model's name or a mapping"
            ),
            BrokenFile(
                head + "- {name: a, type: openai, base_url: b}",
                "line 5: channels[1].name: another channel is named 'a' in line 2"
            ),
        ]
    ) func `is told which values of a channel are wrong`(file: BrokenFile) {
        Self.expect(file)
    }

    @Test(
        arguments: [
            BrokenFile("settings: {prot: 1}", "line 1: settings.prot: unknown key; did you mean 'port'?"),
            BrokenFile(
                "settings: {port: 70000}",
                "line 1: settings.port: must be a whole number from 0 to 65535, not '70000'"
            ),
            BrokenFile(
                "settings:\n  cooldown: 5",
                "line 2: settings.cooldown: must be a number of seconds from 10 to 86400"
            ),
            BrokenFile(
                "settings:\n  theme: pink",
                "line 2: settings.theme: must be one of system, light, dark, not 'pink'"
            ),
            BrokenFile("settings:\n  log_bodies: 2", "line 2: settings.log_bodies: must be true or false, not '2'"),
            BrokenFile(
                "settings:\n  disable_on_codes: [99]",
                "line 2: settings.disable_on_codes: must be status codes"
            ),
            BrokenFile("settings: [port]", "line 1: settings: must be a mapping, not a list"),
            BrokenFile("access_keys: [a]", "line 1: access_keys[0]: must be a mapping, not text"),
            BrokenFile("access_keys:\n- key: sk-12345678", "line 2: access_keys[0]: 'name' is missing"),
            BrokenFile("access_keys:\n- {name: a, key: short}", "line 2: access_keys[0].key: must be 8 to 512"),
            BrokenFile(
                "access_keys:\n- {name: a, digest: zz}",
                "line 2: access_keys[0].digest: must be 64 hexadecimal digits"
            ),
            BrokenFile(
                "access_keys:\n- {name: a, hint: zz}",
                "line 2: access_keys[0].hint: 'hint' only goes with 'digest'"
            ),
            BrokenFile(
                "access_keys:\n- {name: a, key: 12345678, digest: x}",
                "line 2: access_keys[0]: give either 'key' or 'digest', not both"
            ),
            BrokenFile(
                "access_keys:\n- {name: a, key: 12345678}\n- {name: A, key: 12345678}",
                "line 3: access_keys[1]: the name 'A' is already used in line 2",
                "line 3: access_keys[1]: the same key is already given in line 2"
            ),
            BrokenFile("order:\n- {channel: a}", "line 2: order[0]: 'model' is missing"),
        ]
    ) func `is told which other values are wrong`(file: BrokenFile) {
        Self.expect(file)
    }

    @Test(
        arguments: [
            BrokenFile("channels: [", "line 2: not valid YAML"),
            BrokenFile("a: b: c", "line 1: not valid YAML"),
            BrokenFile("channels: *nobody", "line 1: not valid YAML: found undefined alias"),
            BrokenFile("settings: {}\n---\nsettings: {}", "line 2: a second document begins here"),
            BrokenFile("settings:\n  host: a\u{1}b", "line 2: not valid YAML: a control character"),
            BrokenFile("settings:\n\tport: 1", "line 2: not valid YAML"),
            BrokenFile(String(repeating: "[", count: 5000), "nested too deeply"),
            BrokenFile(String(repeating: "- ", count: 5000), "nested too deeply"),
            BrokenFile(String(repeating: "#", count: 4 * 1024 * 1024 + 1), "larger than 4 MiB"),
        ]
    ) func `is told why it is not YAML`(file: BrokenFile) {
        Self.expect(file)
    }

    @Test func `is told everything at once, in the order of the file`() throws {
        let yaml = """
            settings: {port: -1}
            channels:
            - {name: A, type: x, base_url: a, enabled: q}
            - {name: B, base_url: b}
            """

        let error = #expect(throws: ConfigurationDocumentError.self) {
            try ConfigurationDocument(yaml: yaml, environment: [:])
        }

        #expect(
            error?.problems.map(\.path) == ["settings.port", "channels[0].type", "channels[0].enabled", "channels[1]"]
        )
        #expect(error?.problems.map(\.column) == [18, 19, 44, 3])
    }

    @Test(
        arguments: [
            "channels:\n- {name: A, type: openai, base_url: 'https://SECRET@x', api_key: \"SECRET\\n\"}",
            "channels:\n- {name: A, type: openai, base_url: a, proxy: 'ftp://SECRET', headers: {x: \"SECRET\\n\"}}",
            "channels:\n- {name: A, type: \"${KEY}\", base_url: a, api_version: '${KEY} x', enabled: '${KEY}'}",
            "access_keys:\n- {name: a, key: 'SECRET é'}\n- {name: b, digest: SECRET}\n- {name: c, hint: SECRET}",
            "settings: {port: '${KEY}', theme: '${KEY}', host: 'x ${KEY}'}",
            "access_keys:\n- {name: a, key: \"SECRET\" x}", "api_key: SECRET: y", "channels:\n- sk-SECRET: x",
        ]
    ) func `is never answered with a secret`(yaml: String) {
        let error = #expect(throws: ConfigurationDocumentError.self) {
            try ConfigurationDocument(yaml: yaml, environment: ["KEY": "SECRET"])
        }

        #expect(error?.description.contains("SECRET") == false, "\(error?.description ?? "")")
    }

    private static func expect(_ file: BrokenFile) {
        let error = #expect(throws: ConfigurationDocumentError.self) {
            try ConfigurationDocument(yaml: file.yaml, environment: [:])
        }
        let told = error?.problems.map(\.description) ?? []

        #expect(told.count == file.problems.count, "\(told)")
        for (text, beginning) in zip(told, file.problems) { #expect(text.hasPrefix(beginning)) }
    }
}
