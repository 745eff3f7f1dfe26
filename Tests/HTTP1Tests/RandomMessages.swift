import GatewayTesting

/// Random connections, valid ones and damaged ones.
struct RandomMessages {
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    static let lastRequest = "GET /the-last-one HTTP/1.1\r\nHost: last\r\n\r\n"
    static let lastResponse = "HTTP/1.1 299 The last one\r\nContent-Length: 0\r\n\r\n"

    /// A few requests, and one more that shows where a reader thinks the others ended.
    mutating func requests() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) { bytes += request() }
        return bytes + Array(Self.lastRequest.utf8)
    }

    /// A few responses, and one more.
    mutating func responses() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) { bytes += response() }
        return bytes + Array(Self.lastResponse.utf8)
    }

    /// Damages bytes in one to three places.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[position] = generator.pick(Self.oddBytes)
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(generator.pick(Self.oddBytes), at: position)
            case 3: bytes.insert(contentsOf: Array(generator.pick(Self.fragments).utf8), at: position)
            case 4: insertLine(&bytes, near: position)
            default: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return bytes
    }

    /// Puts a fragment at the beginning of a line, where it has the most to say.
    private mutating func insertLine(_ bytes: inout [UInt8], near position: Int) {
        guard let lineFeed = bytes[position...].firstIndex(of: 10) else { return }
        bytes.insert(contentsOf: Array(generator.pick(Self.lines).utf8), at: lineFeed + 1)
    }

    private mutating func request() -> [UInt8] {
        let method = generator.pick(["GET", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "CONNECT"])
        let path = generator.pick([
            "/", "/v1/chat/completions", "/v1beta/models/x:generate?alt=sse&key=%20", "//a/../b",
        ])
        let isOld = generator.oneIn(8)
        let host = generator.pick(["a", "example.com:8080", "[::1]:80", "127.0.0.1"])
        var target = generator.oneIn(6) ? "http://\(host)\(path)" : path
        if method == "CONNECT" { target = host == "a" || host == "127.0.0.1" ? "\(host):1" : host }
        var lines = fields()
        lines.append("Host: \(method == "CONNECT" ? target : host)")
        let (framing, body) = method == "CONNECT" ? (nil, []) : body(allowsChunks: !isOld)
        if let framing { lines.append(framing) }
        lines.shuffle(using: &generator)
        let start = "\(method) \(target) HTTP/1.\(isOld ? 0 : 1)"
        return Array("\(([start] + lines).joined(separator: "\r\n"))\r\n\r\n".utf8) + body
    }

    private mutating func response() -> [UInt8] {
        let status = generator.pick([
            "200 OK", "200 OK", "404 Not Found", "529 ", "500", "100 Continue", "204 No", "304 X",
        ])
        let isOld = generator.oneIn(8)
        let hasNone = status.hasPrefix("1") || status.hasPrefix("204") || status.hasPrefix("304")
        var lines = fields()
        let (framing, body) = hasNone ? (nil, []) : body(allowsChunks: !isOld)
        if let framing { lines.append(framing) }
        lines.shuffle(using: &generator)
        let start = "HTTP/1.\(isOld ? 0 : 1) \(status)"
        return Array("\(([start] + lines).joined(separator: "\r\n"))\r\n\r\n".utf8) + body
    }

    private mutating func fields() -> [String] {
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            if generator.oneIn(12) { return generator.pick(["Connection: close", "Connection: keep-alive, X-One"]) }
            let name = generator.pick(["X-One", "accept", "AUTHORIZATION", "x!#$%&'*+-.^_`|~1", "Content-Type", "T"])
            let space = generator.pick(["", " ", "\t", "  \t"])
            let value = generator.pick([
                "", "b", "a, b;q=0.5", "\"quoted\"\ttab", "caf\u{E9}", "x:y:z", "Bearer sk-0123456789",
            ])
            return "\(name):\(space)\(value)\(generator.pick(["", "", " ", "\t "]))"
        }
    }

    private mutating func body(allowsChunks: Bool) -> (String?, [UInt8]) {
        let count = generator.pick([0, 1, 5, 17, 40])
        let payload = (0..<count).map { _ in generator.pick(Array("ab\r\n0:GET /".utf8)) }
        switch Int.random(in: 0..<(allowsChunks ? 3 : 2), using: &generator) {
        case 0: return (nil, [])
        case 1: return ("Content-Length: \(count)", payload)
        default: return ("Transfer-Encoding: chunked", chunked(payload))
        }
    }

    private mutating func chunked(_ payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = payload[...]
        while !rest.isEmpty {
            let data = rest.prefix(Int.random(in: 1...20, using: &generator))
            rest = rest.dropFirst(data.count)
            let size = generator.pick(["", "0", "000"]) + String(data.count, radix: 16, uppercase: generator.oneIn(2))
            let suffix = generator.pick(["", "", "", ";a", ";a=b", ";a=\"b c\";d"])
            bytes += Array("\(size)\(suffix)\r\n".utf8) + data + Array("\r\n".utf8)
        }
        return bytes
            + Array(generator.pick(["0\r\n\r\n", "0\r\n\r\n", "00;a=b\r\n\r\n", "0\r\nX: y\r\nZ:\r\n\r\n"]).utf8)
    }

    private static let oddBytes: [UInt8] =
        [0, 1, 8, 9, 9, 10, 10, 10, 11, 12, 13, 13, 13, 27, 32, 32, 32, 127, 128, 133, 160, 255]
        + Array("\"#%+,-/0019:;<=@AFX[\\]_afghx{|}~".utf8)

    private static let fragments = [
        "\r\n", "\r\n ", "\n", "\r", " ", ": ", "0\r\n\r\n", "\r\n\r\n", "chunked", ", chunked", "0x", "00", "-", "+",
        ";a=b",
        ";", "\"", "HTTP/1.1", "http://", "identity", ", ", "5", " HTTP/1.1\r\n", "\0", "HTTP/1.0",
    ]

    private static let lines = [
        "Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: identity\r\n",
        "Content-Length: 0\r\n", "Transfer-Encoding : chunked\r\n", "Transfer_Encoding: chunked\r\n", "Host: b\r\n",
        "Content-Length: +3\r\n", "Content-Length: 3, 3\r\n", "Connection: close\r\n", " folded\r\n", "X: y\n", "\r\n",
        "Upgrade: websocket\r\nConnection: upgrade\r\n", "Transfer-Encoding:\r\n chunked\r\n", "3\r\nabc\r\n", "X\r\n",
        "Transfer-Encoding: xchunked\r\n", "Content-Length:\u{B}3\r\n", "Proxy-Connection: close\r\n",
        "GET / HTTP/1.1\r\n",
    ]
}
