import Testing

@testable import DataPlane

@Suite struct `Names in header values` {
    @Test(arguments: ["OpenAI main", "gpt-4o", "a/b:c", "~tilde_", "quote\"d", ""])
    func `pass when they are visible ASCII`(name: String) {
        #expect(HeaderText.encode(name) == name)
    }

    @Test(arguments: [
        ("渠道", "%E6%B8%A0%E9%81%93"), ("a\r\nb", "a%0D%0Ab"), ("50%", "50%25"), ("\u{0}", "%00"), ("\u{7F}", "%7F"),
        ("é (x)", "%C3%A9 (x)"),
    ])
    func `are percent-encoded otherwise`(name: String, encoded: String) {
        #expect(HeaderText.encode(name) == encoded)
    }
}

@Suite struct `Status lines` {
    @Test(arguments: [(200, "200 OK"), (404, "404 Not Found"), (502, "502 Bad Gateway"), (529, "529 "), (299, "299 ")])
    func `have the phrase of the RFC, or an empty one`(status: Int, text: String) {
        #expect(StatusLine.text(status) == text)
    }
}
