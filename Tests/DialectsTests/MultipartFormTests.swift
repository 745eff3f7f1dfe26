import Configuration
import Dialects
import GenerationModel
import Testing

/// Writes a multipart form, RFC 7578.
private struct Form {
    var boundary = "----gate7"
    var parts: [(head: String, content: String)] = []

    func field(_ name: String, _ content: String) -> Form {
        self.part("Content-Disposition: form-data; name=\"\(name)\"", content)
    }

    func file(_ name: String, _ content: String, type: String = "audio/wav") -> Form {
        let disposition = "Content-Disposition: form-data; name=\"\(name)\"; filename=\"a.wav\""
        return self.part("\(disposition)\r\nContent-Type: \(type)", content)
    }

    func part(_ head: String, _ content: String) -> Form {
        var form = self
        form.parts.append((head, content))
        return form
    }

    var body: String {
        let parts = self.parts.map { "--\(self.boundary)\r\n\($0.head)\r\n\r\n\($0.content)\r\n" }
        return parts.joined() + "--\(self.boundary)--\r\n"
    }

    func facts() throws -> RequestFacts {
        let endpoint = try #require(Endpoint.at("/v1/audio/transcriptions"))
        return try RequestFacts.read(
            self.body,
            endpoint: endpoint,
            contentType: "multipart/form-data; boundary=\"\(self.boundary)\""
        )
    }
}

@Suite
struct `A multipart form tells the model and the stream` {
    static let longHead = String(repeating: "h", count: 20_000)

    @Test(
        arguments: [
            ("true", true), ("True", true), ("1", true), ("false", false), ("", false), ("no", false),
        ]
    )
    func `From its fields, files around them or not`(stream: String, wantsStream: Bool) throws {
        let form = Form().file("file", "RIFF\r\n\r\n\0data").field("model", "whisper-1").field("stream", stream)

        let facts = try form.facts()

        #expect(facts.model == "whisper-1")
        #expect(facts.wantsStream == wantsStream)
    }

    @Test
    func `Without them it names nothing`() throws {
        let form = Form().field("language", "en").file("file", "RIFF")

        let facts = try form.facts()

        #expect(facts == RequestFacts(model: nil, wantsStream: false))
    }

    @Test(
        arguments: [
            "--", "----gate7", "\r\n--", "\r\n---gate7\r\n", "\r\n----gate7\r\n", "\n------gate7\r\n",
            "\r\n------gate\r\n",
            "\r\n------gate77\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nevil\r\n------gate77--\r\n",
            "\r\n------gate7-x--\r\n", "Content-Disposition: form-data; name=\"model\"\r\n\r\nevil",
        ]
    )
    func `Text in a file that looks like a boundary is the file's`(content: String) throws {
        let form = Form().file("file", "RIFF" + content + "tail").field("model", "whisper-1")

        let facts = try form.facts()

        #expect(facts.model == "whisper-1")
    }

    @Test
    func `A file called model is no model`() throws {
        let form = Form().file("model", "evil").field("model", "whisper-1")

        let facts = try form.facts()

        #expect(facts.model == "whisper-1")
    }

    @Test(
        arguments: [
            "content-disposition:form-data;name=model", "Content-Disposition: form-data; NAME = \"model\"",
            "Content-Type: text/plain\r\nContent-Disposition: form-data; name=\"model\"",
        ]
    )
    func `Fields are found however their head is written`(head: String) throws {
        let form = Form().part(head, "tts")

        let facts = try form.facts()

        #expect(facts.model == "tts")
    }

    @Test
    func `An edit changes the field's text only`() throws {
        let form = Form().file("file", "RIFF\u{0}").field("model", "old").field("prompt", "old model")
        let facts = try form.facts()

        let edited = facts.renaming(Array(form.body.utf8), to: "new/模")

        let expected = Form().file("file", "RIFF\u{0}").field("model", "new/模").field("prompt", "old model")
        #expect(String(decoding: edited, as: UTF8.self) == expected.body)
    }

    @Test
    func `An empty model is edited too`() throws {
        let form = Form().field("model", "")

        let facts = try form.facts()

        #expect(facts.model == "")
        #expect(facts.renaming(Array(form.body.utf8), to: "m") == Array(Form().field("model", "m").body.utf8))
    }

    @Test
    func `Two models are refused`() {
        let form = Form().field("model", "a").field("model", "b")

        #expect(throws: RequestFault.duplicate(pointer: "/model")) { try form.facts() }
    }

    @Test(
        arguments: [
            ("multipart/form-data", "--x\r\n\r\n\r\n--x--"), ("multipart/form-data; boundary=", "--x--"),
            ("multipart/form-data; boundary=x", ""), ("multipart/form-data; boundary=x", "--y\r\n"),
            ("multipart/form-data; boundary=x", "--x\r\nhead"),
            ("multipart/form-data; boundary=x", "--x\r\nh: 1\r\n\r\nopen"),
            ("multipart/form-data; boundary=x", "--x\r\n\(Self.longHead)\r\n\r\nc\r\n--x--"),
        ]
    )
    func `A form that cannot be read is refused with 400`(contentType: String, body: String) throws {
        let endpoint = try #require(Endpoint.at("/v1/audio/transcriptions"))

        let fault = #expect(throws: RequestFault.self) {
            try RequestFacts.read(body, endpoint: endpoint, contentType: contentType)
        }

        #expect(fault?.status == 400)
    }

    @Test
    func `Endpoints that take a form take JSON as well`() throws {
        let endpoint = try #require(Endpoint.at("/v1/images/edits"))

        let facts = try RequestFacts.read(#"{"model":"gpt-image-1"}"#, endpoint: endpoint)

        #expect(facts.model == "gpt-image-1")
    }

    @Test
    func `Another type is refused with what is wanted`() throws {
        let endpoint = try #require(Endpoint.at("/v1/images/edits"))

        #expect(throws: RequestFault.unsupportedType("text/plain", expected: "multipart/form-data")) {
            try RequestFacts.read("x", endpoint: endpoint, contentType: "text/plain; a=b")
        }
    }
}

@Suite
struct `A content type is read as far as it matters` {
    @Test(
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("multipart/form-data;boundary=\"a b=c\"", "a b=c"),
            ("multipart/form-data; charset=utf-8; BOUNDARY=abc ; x=y", "abc"), ("multipart/form-data", nil),
        ] as [(String, String?)]
    )
    func `Its boundary is found`(value: String, boundary: String?) {
        let type = MediaType(value)

        #expect(type.isMultipartForm)
        #expect(type.boundary == boundary)
    }

    @Test(
        arguments: [
            ("application/json", true, false), ("Application/JSON;charset=utf-8", true, false),
            ("application/problem+json", true, false), ("text/event-stream; charset=utf-8", false, true),
            ("text/html", false, false), ("", false, false), ("application/jsonl", false, false),
        ]
    )
    func `It is JSON, an event stream, or neither`(value: String, isJSON: Bool, isEventStream: Bool) {
        let type = MediaType(value)

        #expect(type.isJSON == isJSON)
        #expect(type.isEventStream == isEventStream)
    }
}
