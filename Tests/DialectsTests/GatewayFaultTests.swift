import Dialects
import GenerationModel
import JSON
import ServerSentEvents
import Testing

/// One row of dialects.md §12.
struct FaultRow: Sendable, CustomTestStringConvertible {
    var status: Int
    var openAI: String
    var anthropic: String
    var gemini: String

    init(_ status: Int, _ openAI: String, _ anthropic: String, _ gemini: String) {
        self.status = status
        self.openAI = openAI
        self.anthropic = anthropic
        self.gemini = gemini
    }

    var testDescription: String { String(self.status) }

    static let all: [FaultRow] = [
        FaultRow(400, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
        FaultRow(401, "invalid_request_error", "authentication_error", "UNAUTHENTICATED"),
        FaultRow(402, "insufficient_quota", "billing_error", "INVALID_ARGUMENT"),
        FaultRow(403, "permission_error", "permission_error", "PERMISSION_DENIED"),
        FaultRow(404, "invalid_request_error", "not_found_error", "NOT_FOUND"),
        FaultRow(405, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
        FaultRow(408, "timeout", "timeout_error", "DEADLINE_EXCEEDED"),
        FaultRow(413, "invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
        FaultRow(415, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
        FaultRow(422, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
        FaultRow(429, "rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"),
        FaultRow(500, "server_error", "api_error", "INTERNAL"),
        FaultRow(502, "server_error", "api_error", "UNAVAILABLE"),
        FaultRow(503, "server_error", "overloaded_error", "UNAVAILABLE"),
        FaultRow(504, "timeout", "timeout_error", "DEADLINE_EXCEEDED"),
        FaultRow(529, "server_error", "overloaded_error", "UNAVAILABLE"),
    ]
}

@Suite
struct `An error is worded in the caller's dialect` {
    @Test(arguments: FaultRow.all)
    func `The status has its word in every dialect`(row: FaultRow) throws {
        let fault = GatewayFault(status: row.status, message: "It \"broke\"", code: "why", parameter: "model")

        let bodies = try Dialect.allCases.map { try JSONValue(parsing: fault.body($0, requestID: "req_1")) }

        let openAI: JSONValue = [
            "error": ["message": "It \"broke\"", "type": .string(row.openAI), "param": "model", "code": "why"]
        ]
        let anthropic: JSONValue = [
            "type": "error", "error": ["type": .string(row.anthropic), "message": "It \"broke\""],
            "request_id": "req_1",
        ]
        let gemini: JSONValue = [
            "error": [
                "code": .number(JSONNumber(row.status)), "message": "It \"broke\"", "status": .string(row.gemini),
            ]
        ]
        #expect(bodies == [openAI, openAI, anthropic, gemini])
    }

    @Test
    func `What is not known is null where the dialect has the member`() throws {
        let fault = GatewayFault(status: 400, message: "m")

        let body = try JSONValue(parsing: fault.body(.openAIChat, requestID: ""))

        #expect(body == ["error": ["message": "m", "type": "invalid_request_error", "param": nil, "code": nil]])
    }

    @Test
    func `The provider's own type is kept`() throws {
        let fault = GatewayFault(status: 400, message: "m", type: "their_type")

        let types = try Dialect.allCases.map { dialect in
            let error = try JSONValue(parsing: fault.body(dialect, requestID: ""))["error"]
            return error?["type"]?.stringValue ?? error?["status"]?.stringValue
        }

        #expect(types == ["their_type", "their_type", "their_type", "their_type"])
    }

    @Test(arguments: Dialect.allCases)
    func `As an event it is well-formed and the dialect's watcher hears a failure`(dialect: Dialect) throws {
        let fault = GatewayFault(status: 502, message: "It broke\noff", code: "stream_cut")
        let endpoints: [Dialect: Endpoint] = [
            .openAIChat: .chatCompletions, .openAIResponses: .responses, .anthropicMessages: .messages,
            .gemini: .streamGenerateContent,
        ]

        let event = String(decoding: fault.event(dialect, requestID: "req_1"), as: UTF8.self)
        let hearing = Hearing(try #require(endpoints[dialect]), event)

        #expect(event.hasSuffix("\n\n"))
        #expect(hearing.meanings == "f")
        #expect(hearing.failure?.text == "It broke\noff")
        #expect(!hearing.isWhole)
    }

    @Test
    func `Events have the names their dialects want`() {
        let fault = GatewayFault(status: 502, message: "m", code: "stream_cut", parameter: "p")

        let events = Dialect.allCases.map { String(decoding: fault.event($0, requestID: "r"), as: UTF8.self) }

        #expect(
            events == [
                "data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\",\"param\":\"p\",\"code\":\"stream_cut\"}}\n\n",
                "event: error\ndata: {\"type\":\"error\",\"code\":\"stream_cut\",\"message\":\"m\",\"param\":\"p\"}\n\n",
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"m\"},"
                    + "\"request_id\":\"r\"}\n\n",
                "data: {\"error\":{\"code\":502,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}\n\n",
            ]
        )
    }
}

@Suite
struct `Model lists have the form of each dialect` {
    static let models = [
        OfferedModel(name: "auto", owner: "api-switch"), OfferedModel(name: "org/\"m\"", owner: "DeepSeek"),
    ]

    @Test(arguments: [Dialect.openAIChat, .openAIResponses])
    func `OpenAI's has created and owned_by`(dialect: Dialect) throws {
        let list = try JSONValue(parsing: OfferedModel.list(Self.models, dialect: dialect, created: 1_700_000_000))

        let expected: JSONValue = [
            "object": "list",
            "data": [
                ["id": "auto", "object": "model", "created": 1_700_000_000, "owned_by": "api-switch"],
                ["id": "org/\"m\"", "object": "model", "created": 1_700_000_000, "owned_by": "DeepSeek"],
            ],
        ]
        #expect(list == expected)
    }

    @Test
    func `Anthropic's has first and last`() throws {
        let list = try JSONValue(parsing: OfferedModel.list(Self.models, dialect: .anthropicMessages, created: 0))
        let empty = try JSONValue(parsing: OfferedModel.list([], dialect: .anthropicMessages, created: 0))

        #expect(list["first_id"] == "auto")
        #expect(list["last_id"] == "org/\"m\"")
        #expect(list["has_more"] == false)
        #expect(
            list["data"]?[0] == [
                "type": "model", "id": "auto", "display_name": "auto", "created_at": "1970-01-01T00:00:00Z",
            ]
        )
        #expect(empty == ["data": [], "has_more": false, "first_id": nil, "last_id": nil])
    }

    @Test
    func `Gemini's names have their prefix`() throws {
        let list = try JSONValue(parsing: OfferedModel.list(Self.models, dialect: .gemini, created: 0))

        #expect(list["models"]?.arrayValue?.map { $0["name"]?.stringValue } == ["models/auto", "models/org/\"m\""])
        #expect(list["models"]?[0]?["supportedGenerationMethods"]?[0] == "generateContent")
    }

    @Test(arguments: Dialect.allCases)
    func `One model looks as it does in the list`(dialect: Dialect) throws {
        let list = try JSONValue(parsing: OfferedModel.list(Self.models, dialect: dialect, created: 5))

        let one = try JSONValue(parsing: Self.models[1].bytes(dialect: dialect, created: 5))

        #expect((list["data"] ?? list["models"])?[1] == one)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_700_000_000, "2023-11-14T22:13:20Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"), (951_868_800, "2000-03-01T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"), (1_798_761_600, "2027-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"), (-86_401, "1969-12-30T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (1_582_934_400, "2020-02-29T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func `Dates are those of the calendar`(seconds: Int64, text: String) {
        let date = Timestamp.iso8601(seconds: seconds)

        #expect(date == text)
    }
}
