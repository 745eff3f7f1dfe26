import HTTP1
import Testing

/// What must become of a published attack.
enum SmugglingVerdict: CustomTestStringConvertible {
    /// The request is refused, with this error.
    case refused(HTTPSyntaxError)
    /// There is only one way to read it: these paths, one after the other, and perhaps an error behind them.
    case harmless([String])

    var testDescription: String {
        switch self {
        case .refused(let error): "\(error)"
        case .harmless(let paths): "\(paths)"
        }
    }
}

/// The families known from CVEs, [PortSwigger](https://portswigger.net/web-security/request-smuggling),
/// "HTTP Desync Attacks", T-Reqs and the tests of [llhttp](https://github.com/nodejs/llhttp).
@Suite struct `Request smuggling` {
    private static let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func post(_ lines: String, body: String = "") -> String {
        "POST /seen HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)"
    }

    private static let chunkedHidden = "0\r\n\r\n\(hidden)"

    static let lengths: [(String, SmugglingVerdict)] = [
        // CL.TE and TE.CL
        (
            post("Content-Length: 6\r\nTransfer-Encoding: chunked", body: "0\r\n\r\nG"),
            .refused(.contentLengthWithTransferEncoding)
        ),
        (
            post("Transfer-Encoding: chunked\r\nContent-Length: 3", body: "8\r\nSMUGGLED\r\n0\r\n\r\n"),
            .refused(.contentLengthWithTransferEncoding)
        ),
        // CL.CL
        (post("Content-Length: 0\r\nContent-Length: 34", body: hidden), .refused(.duplicateContentLength)),
        (post("Content-Length: 5\r\nContent-Length: 5", body: "hello"), .refused(.duplicateContentLength)),
        (post("Content-Length: 0, 34", body: hidden), .refused(.duplicateContentLength)),
        (post("Content-Length: 5,5", body: "hello"), .refused(.duplicateContentLength)),
        // Spellings of a number
        (post("Content-Length: +5", body: "hello"), .refused(.invalidContentLength)),
        (post("Content-Length: -1", body: hidden), .refused(.invalidContentLength)),
        (post("Content-Length: 0x22", body: hidden), .refused(.invalidContentLength)),
        (post("Content-Length: 3 4", body: hidden), .refused(.invalidContentLength)),
        (post("Content-Length: 18446744073709551616", body: hidden), .refused(.invalidContentLength)),
        (post("Content-Length: 1_0", body: hidden), .refused(.invalidContentLength)),
        (post("Content-Length:", body: hidden), .refused(.invalidContentLength)),
        (post("Content-Length: \"5\"", body: "hello"), .refused(.invalidContentLength)),
        (post("Content-Length: 05", body: "hello"), .harmless(["/seen"])),
        // Spellings of the name
        (post("Content-Length : 34", body: hidden), .refused(.whitespaceBeforeColon)),
        (post("Content_Length: 34", body: hidden), .harmless(["/seen", "/hidden"])),
        (post("Content-Length\0: 34", body: hidden), .refused(.invalidFieldName)),
        (post("Content-\0Length: 34", body: hidden), .refused(.invalidFieldName)),
        (post("Content-Length\u{B}: 34", body: hidden), .refused(.invalidFieldName)),
        (post("X: y\rContent-Length: 34", body: hidden), .refused(.bareCarriageReturn)),
        (post("X: y\nContent-Length: 34", body: hidden), .refused(.bareLineFeed)),
        (post("X: y\r\n Content-Length: 34", body: hidden), .refused(.foldedField)),
        (post("\u{B}Content-Length: 34", body: hidden), .refused(.invalidFieldName)),
        (post("Content-Length:\r\n 34", body: hidden), .refused(.invalidContentLength)),
        // CL.0: a length on GET counts
        ("GET /seen HTTP/1.1\r\nHost: a\r\nContent-Length: 34\r\n\r\n\(hidden)", .harmless(["/seen"])),
    ]

    static let codings: [(String, SmugglingVerdict)] = [
        // TE.TE
        (post("Transfer-Encoding: xchunked", body: chunkedHidden), .refused(.unknownTransferCoding)),
        (post("Transfer-Encoding : chunked", body: chunkedHidden), .refused(.whitespaceBeforeColon)),
        (post("Transfer-Encoding\t: chunked", body: chunkedHidden), .refused(.whitespaceBeforeColon)),
        (post("Transfer-Encoding:\u{B}chunked", body: chunkedHidden), .refused(.invalidFieldValue)),
        (post("Transfer-Encoding: \u{C}chunked", body: chunkedHidden), .refused(.invalidFieldValue)),
        (post("Transfer-Encoding: chunked\0", body: chunkedHidden), .refused(.invalidFieldValue)),
        (post("Transfer-Encoding:\tchunked", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("Transfer-Encoding: chunked, identity", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("Transfer-Encoding: identity, chunked", body: chunkedHidden), .refused(.unknownTransferCoding)),
        (post("Transfer-Encoding: identity", body: chunkedHidden), .refused(.unknownTransferCoding)),
        (post("Transfer-Encoding: chunked, chunked", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", body: chunkedHidden),
            .refused(.duplicateTransferEncoding)
        ),
        (
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", body: chunkedHidden),
            .refused(.duplicateTransferEncoding)
        ),
        (
            post("Transfer-Encoding: x\r\nTransfer-Encoding: chunked", body: chunkedHidden),
            .refused(.unknownTransferCoding)
        ),
        (post("Transfer-Encoding: \"chunked\"", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("Transfer-Encoding: chunked;x=y", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("Transfer-Encoding: ,chunked", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("Transfer-Encoding:", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("Transfer-Encoding:\r\n chunked", body: chunkedHidden), .refused(.invalidTransferEncoding)),
        (post("X: y\r\n\tTransfer-Encoding: chunked", body: chunkedHidden), .refused(.foldedField)),
        (post("X: y\nTransfer-Encoding: chunked", body: chunkedHidden), .refused(.bareLineFeed)),
        (post("X: y\rTransfer-Encoding: chunked", body: chunkedHidden), .refused(.bareCarriageReturn)),
        (post("Transfer-Encoding: chunked\r\n\rX: y", body: chunkedHidden), .refused(.bareCarriageReturn)),
        (post(" Transfer-Encoding: chunked", body: chunkedHidden), .refused(.foldedField)),
        (post("Transfer_Encoding: chunked\r\nContent-Length: 0", body: hidden), .harmless(["/seen", "/hidden"])),
        (post("Transfer-Encoding\u{A0}: chunked", body: chunkedHidden), .refused(.invalidFieldName)),
        (post(": Transfer-Encoding: chunked", body: chunkedHidden), .refused(.emptyFieldName)),
        (post("Foo\r\nTransfer-Encoding: chunked", body: chunkedHidden), .refused(.missingColon)),
        (
            "POST /seen HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n\(chunkedHidden)",
            .refused(.transferEncodingInHTTP10)
        ),
    ]

    private static func chunks(_ body: String) -> String { post("Transfer-Encoding: chunked", body: body) }

    static let chunkLines: [(String, SmugglingVerdict)] = [
        (chunks("10000000000000000\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks("fffffffffffffffe\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks("100000000\r\n\(hidden)"), .harmless(["/seen"])),
        (chunks("0x0\r\n\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks("-0\r\n\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks(" 0\r\n\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks("0 \r\n\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks("\r\n0\r\n\r\n\(hidden)"), .refused(.invalidChunkSize)),
        (chunks("0\n\n\(hidden)"), .refused(.bareLineFeed)),
        (chunks("0\r\n\n\(hidden)"), .refused(.bareLineFeed)),
        (chunks("0\r\n\r\r\n\(hidden)"), .refused(.bareCarriageReturn)),
        // TERM.EXT and EXT.TERM: a line feed in an extension
        (chunks("2;\n\nxx\r\n4c\r\n0\r\n\r\n\(hidden)"), .refused(.bareLineFeed)),
        (chunks("2;a=\"\n\"\r\nxx\r\n0\r\n\r\n\(hidden)"), .refused(.bareLineFeed)),
        (chunks("2;\rxx\r\n0\r\n\r\n"), .refused(.invalidChunkExtension)),
        // SPILL: data longer than its size, one- and two-byte terminators
        (chunks("5\r\nhelloXX0\r\n\r\n\(hidden)"), .refused(.missingChunkEnd)),
        (chunks("5\r\nhello\n0\r\n\r\n\(hidden)"), .refused(.missingChunkEnd)),
        (chunks("5\r\nhello\r\r0\r\n\r\n\(hidden)"), .refused(.missingChunkEnd)),
        // Trailers
        (chunks("0\r\nContent-Length: 34\r\n\r\n\(hidden)"), .refused(.invalidTrailer)),
        (chunks("0\r\nTransfer-Encoding: chunked\r\n\r\n\(hidden)"), .refused(.invalidTrailer)),
        (chunks("0\r\nX: y\n\r\n\(hidden)"), .refused(.bareLineFeed)),
        (chunks("0\r\n\(hidden)"), .refused(.invalidTrailer)),
        (chunks("0\r\n X: y\r\n\r\n\(hidden)"), .refused(.invalidTrailer)),
    ]

    static let startLines: [(String, SmugglingVerdict)] = [
        ("GET http://b/seen HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.conflictingHost)),
        ("GET http://a@b/seen HTTP/1.1\r\nHost: b\r\n\r\n", .refused(.invalidHost)),
        ("GET /seen HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .refused(.duplicateHost)),
        ("GET /seen HTTP/1.1\r\nHost: a\r\nHost : b\r\n\r\n", .refused(.whitespaceBeforeColon)),
        ("GET /seen HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n", .refused(.foldedField)),
        ("GET /seen HTTP/1.1\r\nHost: a, b\r\n\r\n", .refused(.invalidHost)),
        ("GET /seen HTTP/1.1\r\nHost: a/../b\r\n\r\n", .refused(.invalidHost)),
        ("GET /seen\r\nHost: a\r\n\r\n", .refused(.malformedRequestLine)),
        ("GET /seen HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedRequestLine)),
        ("GET /seen?x=\r HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.bareCarriageReturn)),
        ("GET /seen HTTP/1.1\r\n\u{1}: x\r\nHost: a\r\n\r\n", .refused(.invalidFieldName)),
        ("\n\nGET /seen HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.bareLineFeed)),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused(.unsupportedVersion)),
    ]

    @Test(arguments: lengths + codings + chunkLines + startLines)
    func `has one reading or none`(_ connection: String, _ wanted: SmugglingVerdict) {
        let transcript = MessageReader.read(Array(connection.utf8), cutAt: [], by: .requests())

        switch wanted {
        case .refused(let error):
            #expect(transcript.error == error)
            #expect(!transcript.messages.contains { $0.isComplete })
        case .harmless(let paths):
            #expect(transcript.error == nil)
            #expect(transcript.messages.map { $0.startLine[1] } == paths)
        }
    }

    static let responses: [(String, HTTPSyntaxError)] = [
        (response("Content-Length: 5", "Transfer-Encoding: chunked"), .contentLengthWithTransferEncoding),
        (response("Content-Length: 5", "Content-Length: 6"), .duplicateContentLength),
        (response("Content-Length: 5, 5"), .duplicateContentLength),
        (response("Transfer-Encoding: chunked, gzip"), .invalidTransferEncoding),
        (response("Transfer-Encoding: gzip"), .unknownTransferCoding),
        (response("Transfer-Encoding : chunked"), .whitespaceBeforeColon),
        (response("X: y\r\n Content-Length: 5"), .foldedField),
        (response("X: y\nContent-Length: 5"), .bareLineFeed),
        (response("X: y\rContent-Length: 5"), .bareCarriageReturn),
        (response("Content-Length: 5\0"), .invalidFieldValue),
        (response("Transfer-Encoding: chunked", version: "HTTP/1.0"), .transferEncodingInHTTP10),
    ]

    @Test(arguments: responses)
    func `by a response is refused`(_ head: String, _ error: HTTPSyntaxError) {
        #expect(responseVerdict(head) == .rejected(error))
    }
}
