import ContentCoding
import Testing

@Suite
struct `A Content-Encoding field is read` {
    @Test(
        arguments: [
            ("gzip", .gzip), ("x-gzip", .gzip), ("GZip", .gzip), ("deflate", .deflate), ("zstd", .zstd),
            ("ZSTD", .zstd),
            ("identity", .identity), ("", .identity), (" gzip\t", .gzip), ("identity, gzip", .gzip), ("gzip,", .gzip),
            ("identity,identity", .identity), (", ,", .identity), ("br", nil), ("gzip, gzip", nil), ("gzip, zstd", nil),
            ("gzip;q=1", nil), ("g zip", nil), ("x-deflate", nil), ("gzip, br", nil), ("ｇzip", nil), ("gzip\n", nil),
        ] as [(String, ContentCoding?)]
    )
    func `One supported coding is named, anything else is not supported`(field: String, expected: ContentCoding?) {
        let coding = ContentCoding(fieldValue: field)

        #expect(coding == expected)
    }

    @Test
    func `Errors are said in words`() {
        let errors: [ContentCodingError] = [
            .corrupt, .truncated, .trailingGarbage, .tooLarge(limit: 5), .windowTooLarge, .outOfMemory,
        ]

        let texts = Set(errors.map(\.description))

        #expect(texts.count == errors.count)
        #expect(texts.contains("the unpacked body is longer than 5 bytes"))
    }
}
