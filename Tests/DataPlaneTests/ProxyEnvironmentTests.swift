import Testing

@testable import DataPlane

@Suite struct `Proxies of the environment` {
    private static func proxy(
        _ environment: [String: String],
        host: String = "api.example.com",
        port: Int = 443,
        usesTLS: Bool = true
    ) -> String? {
        ProxyEnvironment(environment).proxy(host: host, port: port, usesTLS: usesTLS)?.host
    }

    @Test func `are chosen by the provider's scheme`() {
        let environment = ["HTTPS_PROXY": "http://tls", "HTTP_PROXY": "http://plain", "ALL_PROXY": "http://all"]

        #expect(Self.proxy(environment) == "tls")
        #expect(Self.proxy(environment, port: 80, usesTLS: false) == "plain")
        #expect(Self.proxy(["ALL_PROXY": "http://all"]) == "all")
        #expect(Self.proxy(["HTTPS_PROXY": "http://tls"], usesTLS: false) == nil)
        #expect(Self.proxy([:]) == nil)
    }

    @Test(arguments: ["https_proxy", "all_proxy"])
    func `in lower case win`(name: String) {
        let upper = name.uppercased()

        #expect(Self.proxy([name: "http://lower", upper: "http://upper"]) == "lower")
        #expect(Self.proxy([name: "", upper: "http://upper"]) == "upper")
    }

    @Test func `that cannot be used are told and passed over`() {
        let environment = ProxyEnvironment(["https_proxy": "ftp://user:secret@p", "ALL_PROXY": "http://all"])

        #expect(environment.proxy(host: "a.test", port: 443, usesTLS: true)?.host == "all")
        #expect(environment.problems.count == 1)
        #expect(environment.problems.allSatisfy { $0.contains("https_proxy") && !$0.contains("secret") })
    }

    @Test(arguments: [
        "*", "example.com", ".example.com", "*.example.com", "api.example.com", "API.Example.COM", "example.com:443",
        "a.test,example.com", "a.test , example.com", "a.test example.com", ",,example.com,",
    ])
    func `are not used for what NO_PROXY covers`(list: String) {
        #expect(Self.proxy(["HTTPS_PROXY": "http://p", "NO_PROXY": list]) == nil)
        #expect(Self.proxy(["HTTPS_PROXY": "http://p", "no_proxy": list]) == nil)
    }

    @Test(arguments: ["", "ample.com", "example.com:80", "i.example.com", "com.example", ".", "*.", "example.co"])
    func `are used for what NO_PROXY does not cover`(list: String) {
        #expect(Self.proxy(["HTTPS_PROXY": "http://p", "NO_PROXY": list]) == "p")
    }

    @Test(arguments: ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"])
    func `are not used for addresses of version 6 that NO_PROXY covers`(list: String) {
        #expect(Self.proxy(["HTTPS_PROXY": "http://p", "NO_PROXY": list], host: "2001:db8::1") == nil)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "::1", "api.localhost", "127.9.9.9"])
    func `are never used for this machine`(host: String) {
        #expect(Self.proxy(["HTTPS_PROXY": "http://p", "ALL_PROXY": "http://p"], host: host) == nil)
    }
}

@Suite struct `Addresses of this machine` {
    @Test(arguments: [
        "localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.255.255.254", "::1", "[::1]", "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
    ])
    func `are recognised`(host: String) {
        #expect(Loopback.contains(host))
    }

    @Test(arguments: [
        "", "localhost.test", "notlocalhost", "127.0.0.1.test", "127.0.0", "127.0.0.256", "127.0.0.x", "128.0.0.1",
        "0.0.0.0", "10.0.0.1", "::2", "2001:db8::1", "1.127.0.0",
    ])
    func `are told from others`(host: String) {
        #expect(!Loopback.contains(host))
    }
}
