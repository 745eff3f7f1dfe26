import Testing

@testable import DataPlane

@Suite struct `Base64 of proxy credentials` {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    ])
    func `the examples of the RFC come out as written there`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
    }

    @Test func `the last two characters of the alphabet are plus and slash`() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF]) == "+/+/")
    }
}
