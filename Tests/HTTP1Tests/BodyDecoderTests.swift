import HTTP1
import Testing

/// What became of a body.
struct BodyOutcome: Equatable {
    var payload = ""
    var error: HTTPSyntaxError?
    var isComplete = false
    /// How many bytes belong to the message.
    var consumed = 0
}

/// Decodes bytes which come in pieces that end at the cuts; the bytes before `offset` are none of the decoder's business.
func decode(_ framing: BodyFraming, _ bytes: [UInt8], cutAt cuts: [Int] = []) -> BodyOutcome {
    var decoder = BodyDecoder(framing)
    var outcome = BodyOutcome()
    var start = 0
    for cut in cuts + [bytes.count] where cut >= start && !outcome.isComplete && outcome.error == nil {
        let piece = Array(bytes[start..<cut])
        var offset = 0
        do throws(HTTPSyntaxError) {
            reading: while true {
                switch try decoder.next(piece.span.bytes, from: &offset) {
                case .payload(let range): outcome.payload += text(piece, range)
                case .needMore: break reading
                case .end:
                    outcome.isComplete = true
                    break reading
                }
            }
        } catch {
            outcome.error = error
        }
        outcome.consumed = start + offset
        start = cut
    }
    return outcome
}

func decode(chunked body: String) -> BodyOutcome {
    decode(.chunked, Array(body.utf8))
}

@Suite struct `A body` {
    @Test func `of none is complete at once`() {
        #expect(decode(.none, Array("next".utf8)) == BodyOutcome(isComplete: true))
        #expect(decode(.length(0), []) == BodyOutcome(isComplete: true))
        #expect(decode(.length(-1), []) == BodyOutcome(isComplete: true))
    }

    @Test func `of a length ends there, and the next message stays`() {
        let outcome = decode(.length(5), Array("hello, next".utf8))

        #expect(outcome == BodyOutcome(payload: "hello", isComplete: true, consumed: 5))
        #expect(decode(.length(5), Array("hel".utf8)) == BodyOutcome(payload: "hel", consumed: 3))
    }

    @Test func `until close ends with the connection`() throws {
        var decoder = BodyDecoder(.untilClose)
        let bytes = Array("hello".utf8)
        var offset = 2

        let first = try decoder.next(bytes.span.bytes, from: &offset)
        let second = try decoder.next(bytes.span.bytes, from: &offset)
        let isComplete = decoder.connectionClosed()
        let third = try decoder.next(bytes.span.bytes, from: &offset)

        #expect(first == .payload(2..<5))
        #expect(second == .needMore)
        #expect(isComplete)
        #expect(third == .end)
    }

    @Test func `that is cut short is not complete when the connection closes`() throws {
        var counted = BodyDecoder(.length(3))
        var chunked = BodyDecoder(.chunked)
        let bytes = Array("2\r\nab\r\n0\r\n".utf8)
        var offset = 0
        while case .payload = try chunked.next(bytes.span.bytes, from: &offset) {}

        var none = BodyDecoder(.none)

        let areComplete = [counted.connectionClosed(), chunked.connectionClosed(), none.connectionClosed()]

        #expect(areComplete == [false, false, true])
        #expect(!chunked.isComplete)
    }

    @Test func `is not read beyond its bytes whatever the offset`() throws {
        let bytes = Array("ab".utf8)
        for framing in [BodyFraming.length(5), .chunked, .untilClose] {
            for start in [-1, 2, 3, Int.max, .min] {
                var decoder = BodyDecoder(framing)
                var offset = start
                let piece = try decoder.next(bytes.span.bytes, from: &offset)
                #expect(piece == .needMore)
                #expect(offset == start)
            }
        }
    }
}

@Suite struct `A chunked body` {
    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("0\r\n\r\n", ""), ("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc"),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"), ("A\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
        ("0000000000000003\r\nabc\r\n0000000000000000\r\n\r\n", "abc"), ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        ("1;a\r\nx\r\n0\r\n\r\n", "x"), ("1;a=b;c=d\r\nx\r\n0;e\r\n\r\n", "x"),
        ("1;a=\"b; \\\" c\t\"\r\nx\r\n0\r\n\r\n", "x"), ("1;a=\"\";b\r\nx\r\n0\r\n\r\n", "x"),
        ("0\r\nA: b\r\nC:\r\n\r\n", ""), ("0\r\nA:\t b\u{E9} \r\n\r\n", ""),
        ("0\r\nContent-Lengths: 5\r\nContent-Lengt: 5\r\nXHost: a\r\nhosts: b\r\n\r\n", ""),
    ])
    func `is the data of its chunks`(_ body: String, _ payload: String) {
        let outcome = decode(chunked: body + "GET /")

        #expect(outcome == BodyOutcome(payload: payload, isComplete: true, consumed: body.utf8.count))
    }

    @Test(arguments: [
        "", "5", "5\r", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r", "5\r\nhello\r\n", "5\r\nhello\r\n0",
        "5\r\nhello\r\n0\r\n", "5\r\nhello\r\n0\r\n\r", "0\r\nA: b\r\n", "7fffffffffffffff\r\n",
        "7FFFFFFFFFFFFFFF\r\nabc",
    ])
    func `goes on until its last byte`(_ body: String) {
        let outcome = decode(chunked: body)

        #expect(outcome.error == nil)
        #expect(!outcome.isComplete)
        #expect(outcome.consumed == body.utf8.count)
    }

    @Test(arguments: [
        ("\r\n", HTTPSyntaxError.invalidChunkSize), ("0x5\r\n", .invalidChunkSize), ("-5\r\n", .invalidChunkSize),
        ("+5\r\n", .invalidChunkSize), (" 5\r\n", .invalidChunkSize), ("5 \r\n", .invalidChunkSize),
        ("5\t\r\n", .invalidChunkSize), ("5 ;a\r\n", .invalidChunkSize), ("g\r\n", .invalidChunkSize),
        ("5g\r\n", .invalidChunkSize), (";a\r\n", .invalidChunkSize), ("5_0\r\n", .invalidChunkSize),
        ("8000000000000000\r\n", .invalidChunkSize), ("ffffffffffffffff\r\n", .invalidChunkSize),
        ("10000000000000005\r\n", .invalidChunkSize), ("00000000000000005\r\n", .invalidChunkSize),
        ("5,5\r\n", .invalidChunkSize), ("5\0\r\n", .invalidChunkSize), ("\u{FF15}\r\n", .invalidChunkSize),
        ("\n", .bareLineFeed), ("5\nhello", .bareLineFeed), ("0\n\n", .bareLineFeed), ("5\rhello", .bareCarriageReturn),
        ("5\r\r\nhello", .bareCarriageReturn),
        ("5\r\nhello0\r\n\r\n", .missingChunkEnd), ("5\r\nhello\n0\r\n\r\n", .missingChunkEnd),
        ("5\r\nhello\r0\r\n\r\n", .missingChunkEnd), ("5\r\nhelloXX", .missingChunkEnd),
        ("5\r\nhello\r\n\r\n0\r\n\r\n", .invalidChunkSize),
    ])
    func `is refused if a size is wrong`(_ body: String, _ error: HTTPSyntaxError) {
        #expect(decode(chunked: body).error == error)
    }

    @Test(arguments: [
        ("5;\r\n", HTTPSyntaxError.invalidChunkExtension), ("5; a\r\n", .invalidChunkExtension),
        ("5;a \r\n", .invalidChunkExtension), ("5;a=\r\n", .invalidChunkExtension),
        ("5;a=b=c\r\n", .invalidChunkExtension),
        ("5;a;\r\n", .invalidChunkExtension), ("5;=b\r\n", .invalidChunkExtension),
        ("5;a=\"b\r\n", .invalidChunkExtension),
        ("5;a=\"b\"c\r\n", .invalidChunkExtension), ("5;a=\"\u{1}\"\r\n", .invalidChunkExtension),
        ("5;a=\"\\\0\"\r\n", .invalidChunkExtension), ("5;a\0\r\n", .invalidChunkExtension),
        ("5;a\t\r\n", .invalidChunkExtension),
        ("5;a\n", .bareLineFeed), ("5;a=\"b\n\"\r\n", .bareLineFeed), ("5;\n", .bareLineFeed),
        ("5;a\rb", .bareCarriageReturn),
        ("5;a\r\r\n", .bareCarriageReturn), ("5;caf\u{E9}\r\n", .invalidChunkExtension),
    ])
    func `is refused if an extension is wrong`(_ body: String, _ error: HTTPSyntaxError) {
        #expect(decode(chunked: body).error == error)
    }

    @Test(arguments: [
        ("content-Length: 5\r\n\r\n", HTTPSyntaxError.invalidTrailer), ("HOST: a\r\n\r\n", .invalidTrailer),
        ("Connection: close\r\n\r\n", .invalidTrailer), ("Proxy-Connection: a\r\n\r\n", .invalidTrailer),
        ("upgrade: h2c\r\n\r\n", .invalidTrailer),
        ("A: b\r\nTransfer-encoding: chunked\r\n\r\n", .invalidTrailer),
        (" A: b\r\n\r\n", HTTPSyntaxError.invalidTrailer), ("A : b\r\n\r\n", .invalidTrailer),
        (": b\r\n\r\n", .invalidTrailer),
        ("A\r\n\r\n", .invalidTrailer), ("A: b\r\n c\r\n\r\n", .invalidTrailer), ("A: \0\r\n\r\n", .invalidTrailer),
        ("A\0: b\r\n\r\n", .invalidTrailer), ("A: \u{7F}\r\n\r\n", .invalidTrailer),
        ("GET / HTTP/1.1\r\n\r\n", .invalidTrailer),
        ("\n", .bareLineFeed), ("A: b\n\r\n", .bareLineFeed), ("A\n", .bareLineFeed), ("\r\r\n", .bareCarriageReturn),
        ("A: b\r\r\n\r\n", .bareCarriageReturn), ("A: b\rc\r\n", .bareCarriageReturn), ("\rX", .bareCarriageReturn),
    ])
    func `is refused if a trailer is wrong`(_ trailers: String, _ error: HTTPSyntaxError) {
        #expect(decode(chunked: "1\r\nx\r\n0\r\n" + trailers).error == error)
    }

    @Test func `has bounded extensions`() {
        let longest = String(repeating: "a", count: BodyDecoder.maximumExtensionBytes - 1)
        let frugal = String(repeating: "1;\(String(repeating: "a", count: 100))\r\nx\r\n", count: 200)
        let generous = String(
            repeating: "96;signature=\(String(repeating: "a", count: 64))\r\n"
                + String(repeating: "x", count: 150) + "\r\n",
            count: 1000
        )

        #expect(decode(chunked: "1;\(longest)\r\nx\r\n0\r\n\r\n").isComplete)
        #expect(decode(chunked: "1;\(longest)a\r\nx\r\n0\r\n\r\n").error == .chunkExtensionTooLong)
        #expect(decode(chunked: frugal).error == .chunkExtensionTooLong)
        #expect(decode(chunked: generous + "0\r\n\r\n").isComplete)
    }

    @Test func `has bounded trailers`() {
        let space = BodyDecoder.maximumTrailerBytes - "A: \r\n\r\n".utf8.count
        let longest = "A: \(String(repeating: "x", count: space))\r\n\r\n"
        let longer = "A: \(String(repeating: "x", count: space + 1))\r\n\r\n"

        #expect(decode(chunked: "0\r\n\(longest)").isComplete)
        #expect(decode(chunked: "0\r\n\(longer)").error == .trailersTooLarge)
    }

    @Test func `that is refused stays refused`() {
        var decoder = BodyDecoder(.chunked)
        let (bad, good) = (Array("x".utf8), Array("0\r\n\r\n".utf8))
        var offset = 0

        #expect(throws: HTTPSyntaxError.invalidChunkSize) { try decoder.next(bad.span.bytes, from: &offset) }
        #expect(throws: HTTPSyntaxError.invalidChunkSize) { try decoder.next(good.span.bytes, from: &offset) }
        let isComplete = decoder.connectionClosed()
        #expect(!isComplete)
    }
}

@Suite struct `The chunked encoder` {
    @Test(arguments: [0, 1, 9, 10, 15, 16, 150, 255, 4096, 65535, Int.max])
    func `writes numbers as the library does`(_ number: Int) {
        let header = ChunkedEncoder.header(number) { text($0) }
        let decimal = ChunkedEncoder.decimal(number) { text($0) }

        #expect(header == String(number, radix: 16) + "\r\n")
        #expect(decimal == String(number))
    }

    @Test func `takes less than nothing for nothing and passes on errors`() {
        #expect(ChunkedEncoder.header(-5) { text($0) } == "0\r\n")
        #expect(ChunkedEncoder.decimal(.min) { text($0) } == "0")
        #expect(throws: HTTPSyntaxError.invalidHost) {
            try ChunkedEncoder.header(1) { (_) throws(HTTPSyntaxError) -> Int in throw .invalidHost }
        }
    }

    @Test func `is understood by the decoder`() {
        var bytes: [UInt8] = []
        for size in [1, 150, 4096] {
            ChunkedEncoder.header(size) { bytes += $0 }
            bytes += [UInt8](repeating: UInt8(ascii: "x"), count: size) + "\(ChunkedEncoder.chunkEnd)".utf8
        }
        bytes += "\(ChunkedEncoder.bodyEnd)".utf8

        let outcome = decode(.chunked, bytes)

        #expect(outcome.isComplete)
        #expect(outcome.payload.utf8.count == 4247)
    }
}
