public import JSON

/// What the gateway must know of a request body to route it; everything else stays unread.
public struct RequestFacts: Sendable, Hashable {
    /// The model the client named; `nil` when it named none.
    ///
    /// A name in the path wins over one in the body.
    public var model: String?
    /// The model the body names.
    public var bodyModel: String?
    /// Whether the client wants a stream.
    public var wantsStream: Bool
    /// How the body is made to name another model; `nil` when it does not name any.
    public var modelEdit: ModelEdit?

    /// Makes facts.
    public init(model: String?, wantsStream: Bool, modelEdit: ModelEdit? = nil) {
        self.model = model
        self.bodyModel = model
        self.wantsStream = wantsStream
        self.modelEdit = modelEdit
    }

    /// The change that makes the body name a model; `nil` when it does already, or never names one.
    public func edit(for model: String) -> ModelEdit? { self.bodyModel == model ? nil : self.modelEdit }
}

/// The place in a body where the model is named.
public struct ModelEdit: Sendable, Hashable {
    /// How the name is written there.
    public enum Form: Sendable, Hashable {
        /// As a JSON string that takes the place of the value.
        case jsonValue
        /// As a new first member of a JSON object; `isOnlyMember` when the object is empty.
        case jsonMember(isOnlyMember: Bool)
        /// As bare text.
        case text
    }

    /// The bytes that are replaced; empty where something is inserted.
    public var range: Range<Int>
    /// How the name is written.
    public var form: Form

    /// Makes an edit.
    public init(range: Range<Int>, form: Form) {
        self.range = range
        self.form = form
    }

    /// The bytes that take the range's place.
    public func replacement(model: String) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self.form {
        case .jsonValue: JSONText.append(string: model, to: &bytes)
        case .text: bytes.append(contentsOf: model.utf8)
        case .jsonMember(let isOnlyMember):
            bytes.append(contentsOf: "\"model\":".utf8)
            JSONText.append(string: model, to: &bytes)
            if !isOnlyMember { bytes.append(UInt8(ascii: ",")) }
        }
        return bytes
    }
}

/// A request body that cannot be served.
public enum RequestFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The body is not JSON.
    case malformedJSON(JSONSyntaxError)
    /// The body is JSON but not an object.
    case notAnObject
    /// The body is not UTF-8.
    case notUTF8
    /// A member has the wrong type.
    case wrongType(pointer: String, expected: String)
    /// A member occurs twice, so readers may disagree on what was asked.
    case duplicate(pointer: String)
    /// The multipart form cannot be read.
    case malformedForm(String)
    /// The body is of a type that the endpoint does not take.
    case unsupportedType(String, expected: String)

    /// What is wrong, for the client.
    public var description: String {
        switch self {
        case .malformedJSON(let error): "The request body is not valid JSON: \(error)"
        case .notAnObject: "The request body must be a JSON object"
        case .notUTF8: "The request body is not valid JSON: it is not UTF-8"
        case .wrongType(let pointer, let expected): "\(pointer): must be \(expected)"
        case .duplicate(let pointer): "\(pointer): occurs more than once"
        case .malformedForm(let reason): "The multipart form cannot be read: \(reason)"
        case .unsupportedType(let type, let expected): "Unsupported content type '\(type)': send \(expected)"
        }
    }

    /// The HTTP status it deserves.
    public var status: Int {
        if case .unsupportedType = self { 415 } else { 400 }
    }

    /// The member it is about, without the slash; `nil` when it is about the whole body.
    public var parameter: String? {
        switch self {
        case .wrongType(let pointer, _), .duplicate(let pointer): String(pointer.dropFirst())
        default: nil
        }
    }
}

extension RequestFacts {
    /// Reads a request body.
    ///
    /// JSON bodies are checked whole, so that what is passed on is well-formed; no tree is built.
    ///
    /// - Parameters:
    ///   - endpoint: What was called.
    ///   - pathModel: The model that the path names.
    ///   - contentType: The value of `Content-Type`; `nil` when there is none.
    ///   - body: The decoded body.
    /// - Throws: ``RequestFault``.
    public init(
        endpoint: Endpoint,
        pathModel: String?,
        contentType: String?,
        body: RawSpan
    ) throws(RequestFault) {
        let type = MediaType(contentType ?? "application/json")
        if endpoint.modelPlace == .form, type.isMultipartForm {
            self = try MultipartForm.facts(of: body, boundary: type.boundary)
        } else if type.isJSON {
            self = try Self.json(body, endpoint: endpoint)
        } else {
            let expected = endpoint.modelPlace == .form ? "multipart/form-data" : "application/json"
            throw RequestFault.unsupportedType(type.essence, expected: expected)
        }
        switch endpoint.streamSwitch {
        case .always: self.wantsStream = true
        case .never: self.wantsStream = false
        case .body: break
        }
        if endpoint.modelPlace == .path { self.modelEdit = nil }
        if let pathModel { self.model = pathModel }
    }

    /// Positions of the members that matter, found in one pass.
    private struct Members {
        var model: Range<Int>?
        var stream: Range<Int>?
        var modelCount = 0
        var streamCount = 0
        var count = 0
    }

    private static func json(_ body: RawSpan, endpoint: Endpoint) throws(RequestFault) -> RequestFacts {
        guard JSONText.isUTF8(body) else { throw RequestFault.notUTF8 }
        var found = Members()
        do throws(JSONSyntaxError) {
            try JSONScanner.members(of: body) { key, value in
                found.count += 1
                if JSONScanner.matches(key: key, of: body, "model" as StaticString) {
                    found.model = value
                    found.modelCount += 1
                } else if JSONScanner.matches(key: key, of: body, "stream" as StaticString) {
                    found.stream = value
                    found.streamCount += 1
                }
            }
        } catch {
            if error.reason == .expectedObject { throw RequestFault.notAnObject }
            throw RequestFault.malformedJSON(error)
        }
        guard found.modelCount < 2 else { throw RequestFault.duplicate(pointer: "/model") }
        guard found.streamCount < 2 else { throw RequestFault.duplicate(pointer: "/stream") }
        return try Self.facts(found, body)
    }

    private static func facts(_ found: Members, _ body: RawSpan) throws(RequestFault) -> RequestFacts {
        var facts = RequestFacts(model: nil, wantsStream: false)
        if let stream = found.stream, !JSONScanner.isNull(at: stream, of: body) {
            guard let wanted = JSONScanner.bool(at: stream, of: body) else {
                throw RequestFault.wrongType(pointer: "/stream", expected: "true or false")
            }
            facts.wantsStream = wanted
        }
        guard let model = found.model else {
            let brace = Self.openingBrace(body)
            facts.modelEdit = ModelEdit(range: brace..<brace, form: .jsonMember(isOnlyMember: found.count == 0))
            return facts
        }
        facts.modelEdit = ModelEdit(range: model, form: .jsonValue)
        if JSONScanner.isNull(at: model, of: body) { return facts }
        guard let name = JSONScanner.string(at: model, of: body) else {
            throw RequestFault.wrongType(pointer: "/model", expected: "a string")
        }
        facts.model = name
        facts.bodyModel = name
        return facts
    }

    /// The offset just after the object's opening brace.
    private static func openingBrace(_ body: RawSpan) -> Int {
        for index in 0..<body.byteCount
        where body.unsafeLoad(fromByteOffset: index, as: UInt8.self) == UInt8(ascii: "{") {
            return index + 1
        }
        return 0
    }
}
