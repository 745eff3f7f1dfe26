import Configuration
import Dialects
import GatewayTesting
import GenerationModel
import JSON
import Testing

@Suite
struct `A JSON body tells the model and the stream` {
    @Test(
        arguments: [
            (#"{"model":"m","stream":true}"#, "m", true),
            (#" { "messages" : [ {"model":"inner","stream":true} ] , "stream" : false , "model" : "m" } "#, "m", false),
            (#"{"messages":[{"content":"\"model\":\"x\""}],"model":"a/b:c"}"#, "a/b:c", false),
            (#"{"mod\u0065l":"esc\u0061ped \"q\" \\ \/ 模 \ud83d\ude00"}"#, "escaped \"q\" \\ / 模 😀", false),
            (#"{"stream":null,"model":null}"#, nil, false),
            (#"{"model":""}"#, "", false),
            ("{}", nil, false),
            (" \r\n\t{ }\n", nil, false),
            (#"{"Model":"no","STREAM":true}"#, nil, false),
            (#"{"tools":[{"stream":true}],"metadata":{"model":"x"}}"#, nil, false),
        ] as [(String, String?, Bool)]
    )
    func `Wherever they stand and however they are spelled`(body: String, model: String?, wantsStream: Bool) throws {
        let facts = try RequestFacts.read(body)

        #expect(facts.model == model)
        #expect(facts.wantsStream == wantsStream)
        #expect(facts.modelEdit != nil)
    }

    @Test(
        arguments: [
            (#"{"model":1}"#, .wrongType(pointer: "/model", expected: "a string")),
            (#"{"model":["m"]}"#, .wrongType(pointer: "/model", expected: "a string")),
            (#"{"model":true}"#, .wrongType(pointer: "/model", expected: "a string")),
            (#"{"stream":"true"}"#, .wrongType(pointer: "/stream", expected: "true or false")),
            (#"{"stream":1}"#, .wrongType(pointer: "/stream", expected: "true or false")),
            (#"{"model":"a","model":"b"}"#, .duplicate(pointer: "/model")),
            (#"{"model":"a","mode\u006c":"a"}"#, .duplicate(pointer: "/model")),
            (#"{"stream":true,"model":"a","stream":false}"#, .duplicate(pointer: "/stream")),
            ("[]", .notAnObject), ("1", .notAnObject), (#""model""#, .notAnObject), ("null", .notAnObject),
        ] as [(String, RequestFault)]
    )
    func `What readers could disagree on is refused, naming the member`(body: String, fault: RequestFault) {
        #expect(throws: fault) { try RequestFacts.read(body) }

        #expect(fault.status == 400)
        #expect(fault.parameter == (fault.description.hasPrefix("/") ? Self.member(fault.description) : nil))
    }

    private static func member(_ description: String) -> String {
        String(description.dropFirst().prefix { $0 != ":" })
    }

    @Test(
        arguments: [
            "", " ", "{", #"{"model":"m""#, #"{"model":"m",}"#, #"{"model":"m"} x"#, #"{"a":[1,2}"#, #"{"a":01}"#,
            #"{'model':'m'}"#, "{\"model\":\"a\nb\"}", #"{"a":"\x"}"#, "model=m",
        ]
    )
    func `Malformed JSON is refused wherever the fault is`(body: String) {
        let fault = #expect(throws: RequestFault.self) { try RequestFacts.read(body) }

        #expect(fault?.status == 400)
        #expect(fault?.description.isEmpty == false)
    }

    @Test(
        arguments: [
            (nil, true), ("application/json", true), ("APPLICATION/JSON; charset=utf-8", true),
            ("application/vnd.api+json", true), ("text/plain", false), ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
        ] as [(String?, Bool)]
    )
    func `Only JSON is taken where JSON is wanted`(contentType: String?, isTaken: Bool) {
        let facts = Result { try RequestFacts.read(#"{"model":"m"}"#, contentType: contentType) }

        switch facts {
        case .success(let facts): #expect(isTaken && facts.model == "m")
        case .failure(let error):
            #expect(!isTaken)
            #expect((error as? RequestFault)?.status == 415)
        }
    }
}

@Suite
struct `What the endpoint says counts more than the body` {
    @Test
    func `Gemini's path names the model and the kind of answer`() throws {
        let body = #"{"model":"models/other","contents":[],"stream":true}"#

        let whole = try RequestFacts.read(body, endpoint: .generateContent, pathModel: "g")
        let stream = try RequestFacts.read(body, endpoint: .streamGenerateContent, pathModel: "g")

        #expect([whole.model, stream.model] == ["g", "g"])
        #expect([whole.wantsStream, stream.wantsStream] == [false, true])
        #expect([whole.modelEdit, stream.modelEdit] == [nil, nil])
    }

    @Test
    func `Azure's deployment is the model and the body is edited all the same`() throws {
        let body = #"{"model":"body","stream":true}"#

        let facts = try RequestFacts.read(body, pathModel: "deployment")

        #expect(facts.model == "deployment")
        #expect(facts.wantsStream)
        #expect(facts.renaming(Array(body.utf8), to: "x") == Array(#"{"model":"x","stream":true}"#.utf8))
    }

    @Test
    func `Endpoints that never stream do not, whatever the body says`() throws {
        let facts = try RequestFacts.read(#"{"model":"e","stream":true}"#, endpoint: .embeddings)

        #expect(!facts.wantsStream)
    }
}

@Suite
struct `An edit changes the model and nothing else` {
    static let texts = ["", "model", "\"model\":\"x\"", "}{", "ü\\"]
    static let names = ["gpt-4o", "a\"b\\c", "模型 😀", "\u{0}\n\u{1F}", "", "models/x:y"]

    @Test(
        arguments: [
            (#"{"model":"m","a":1}"#, #"{"model":"n","a":1}"#),
            (#"{"a":1,"model" : null }"#, #"{"a":1,"model" : "n" }"#),
            ("{}", #"{"model":"n"}"#), (" { } ", #" {"model":"n" } "#), (#"{"a":1.0e5}"#, #"{"model":"n","a":1.0e5}"#),
            (#"{ "a":[]}"#, #"{"model":"n", "a":[]}"#), (#"{"mod\u0065l":"m"}"#, #"{"mod\u0065l":"n"}"#),
        ]
    )
    func `The other bytes stay where they are`(body: String, expected: String) throws {
        let facts = try RequestFacts.read(body)

        let edited = facts.renaming(Array(body.utf8), to: "n")

        #expect(String(decoding: edited, as: UTF8.self) == expected)
    }

    @Test(arguments: [UInt64](1...150))
    func `Parsed again, only the model differs`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var members = (0..<Int.random(in: 0...6, using: &random)).map { index in
            JSONObject.Member(key: "k\(index)", value: Self.value(depth: 0, &random))
        }
        if Bool.random(using: &random) {
            let place = Int.random(in: 0...members.count, using: &random)
            members.insert(JSONObject.Member(key: "model", value: "old"), at: place)
        }
        let original = JSONObject(members)
        let name = Self.names[Int.random(in: 0..<Self.names.count, using: &random)]

        let facts = try RequestFacts.read(String(decoding: original.bytes, as: UTF8.self))
        let edited = try #require(try JSONValue(parsing: facts.renaming(original.bytes, to: name)).objectValue)

        #expect(edited["model"] == .string(name), "seed \(seed)")
        var rest = edited
        var before = original
        rest.removeValue(forKey: "model")
        before.removeValue(forKey: "model")
        #expect(rest.members == before.members, "seed \(seed)")
        #expect(edited.count == rest.count + 1, "seed \(seed)")
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 2 ? 4 : 6), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .number(JSONNumber(Int.random(in: -9999...9999, using: &random)))
        case 3: .string(Self.texts[Int.random(in: 0..<5, using: &random)])
        case 4: .array((0..<2).map { _ in Self.value(depth: depth + 1, &random) })
        default: .object(["model": Self.value(depth: depth + 1, &random), "stream": true])
        }
    }
}
