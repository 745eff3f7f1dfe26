import JSON
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite
struct `Nesting is limited` {
    private func nested(_ depth: Int, _ open: String, _ core: String, _ close: String) -> [UInt8] {
        Array((String(repeating: open, count: depth) + core + String(repeating: close, count: depth)).utf8)
    }

    @Test(arguments: [0, 1, 2, 63, 64, 65, 127, 128, 129, 512])
    func `Exactly the levels allowed are accepted`(depth: Int) throws {
        let limits = JSONLimits(maximumDepth: depth)
        let arrays = [nested(depth, "[", "1", "]"), nested(depth + 1, "[", "1", "]")]
        let objects = [nested(depth, "{\"a\":", "1", "}"), nested(depth + 1, "{\"a\":", "1", "}")]

        for texts in [arrays, objects] {
            let reason = JSONSyntaxError.Reason.tooDeep(limit: depth)
            let error = try #require(
                #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: texts[1], limits: limits) }
            )

            #expect(error.reason == reason)
            #expect(throws: error) { try JSONScanner.validate(texts[1], limits: limits) }
            #expect(try JSONValue(parsing: texts[0], limits: limits).bytes == texts[0])
            try JSONScanner.validate(texts[0], limits: limits)
        }
        if depth > 0 { try JSONScanner.members(of: objects[0], limits: limits) { _, _ in } }
        #expect(throws: JSONSyntaxError.self) { try JSONScanner.members(of: objects[1], limits: limits) { _, _ in } }
    }

    @Test
    func `Kinds of containers are remembered at every level`() throws {
        let mixed = nested(100, "[{\"k\":", "[]", "}]")

        var wrong = mixed
        let closing = mixed.count - 151
        wrong[closing] = wrong[closing] == UInt8(ascii: "]") ? UInt8(ascii: "}") : UInt8(ascii: "]")

        #expect(try JSONValue(parsing: mixed).bytes == mixed)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: wrong) }
        #expect(throws: JSONSyntaxError.self) { try JSONScanner.validate(wrong) }
    }

    @Test
    func `Limits are moved into what is allowed`() {
        let limits = JSONLimits(maximumDepth: .max, maximumBytes: -5)

        let shallow = JSONLimits(maximumDepth: .min)

        #expect(limits.maximumDepth == JSONLimits.deepestAllowed)
        #expect(limits.maximumBytes == 0)
        #expect(shallow.maximumDepth == 0)
    }

    #if canImport(Glibc) || canImport(Darwin)
    @Test
    func `The deepest tree is parsed, written, compared, hashed and freed on half a megabyte of stack`() throws {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 512 << 10)

        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, &attributes, { _ in deepestTreeSurvives() }, nil)
        var result: UnsafeMutableRawPointer?
        #if canImport(Darwin)
        if let thread { pthread_join(thread, &result) }
        #else
        pthread_join(thread, &result)
        #endif

        #expect(status == 0)
        #expect(Int(bitPattern: result) == JSONLimits.deepestAllowed)
    }
    #endif
}

/// Gives the depth it went through, as a pointer, because that is what a thread gives back.
private func deepestTreeSurvives() -> UnsafeMutableRawPointer? {
    let depth = JSONLimits.deepestAllowed
    let text = Array((String(repeating: "{\"a\":[", count: depth / 2) + String(repeating: "]}", count: depth / 2)).utf8)
    let limits = JSONLimits(maximumDepth: depth)
    guard
        let value = try? JSONValue(parsing: text, limits: limits),
        let other = try? JSONValue(parsing: text, limits: limits),
        value.bytes == text, value == other, value.hashValue == other.hashValue
    else { return nil }
    return UnsafeMutableRawPointer(bitPattern: depth)
}
