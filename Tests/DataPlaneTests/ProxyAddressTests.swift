import Testing

@testable import DataPlane

@Suite struct `Addresses of proxies` {
    @Test(arguments: [
        ("http://proxy.test:3128", "proxy.test", 3128), ("proxy.test:3128", "proxy.test", 3128),
        ("HTTP://proxy.test", "proxy.test", 8080), ("http://[2001:db8::1]:81/", "2001:db8::1", 81),
        ("http://[2001:db8::1]", "2001:db8::1", 8080), ("http://user:pw@proxy.test:1/path?query", "proxy.test", 1),
    ])
    func `of HTTP proxies have a host and a port`(url: String, host: String, port: Int) throws {
        let address = try ProxyAddress(url: url)

        #expect(address.form == .http)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: ["socks5", "socks5h", "socks", "SOCKS5"])
    func `of SOCKS proxies have their own default port`(scheme: String) throws {
        let address = try ProxyAddress(url: "\(scheme)://proxy.test")

        #expect(address.form == .socks5)
        #expect(address.port == 1080)
        #expect(address.authorization == nil)
    }

    @Test(arguments: [
        ("http://user:pass@p", "Basic dXNlcjpwYXNz"), ("http://user@p", "Basic dXNlcg=="),
        ("http://us%40er:p%3A@p", "Basic dXNAZXI6cDo="), ("http://user:a@b@p", "Basic dXNlcjphQGI="),
    ])
    func `carry credentials as the proxy wants them`(url: String, authorization: String) throws {
        #expect(try ProxyAddress(url: url).authorization == authorization)
    }

    @Test(arguments: [
        "https://secret@p", "ftp://secret@p", "http://secret@p:0", "http://secret@p:70000", "http://secret@p:x",
        "http://secret@", "http://secret@:80", "socks5://secret@p", "http://secret@a b",
    ])
    func `that cannot be used are refused without their secrets`(url: String) throws {
        let error = try #require(throws: ProxyAddress.Invalid.self) { try ProxyAddress(url: url) }

        #expect(!error.description.contains("secret"))
    }
}
