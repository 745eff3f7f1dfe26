import HTTP1

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func oneIn(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}

func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
}

func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    text(bytes[range])
}

/// What became of a head.
enum HeadVerdict: Equatable {
    case incomplete
    case rejected(HTTPSyntaxError)
    case complete(length: Int)
}

/// Parses a request head that comes in whole.
func requestVerdict(_ head: String, limits: HeadLimits = HeadLimits()) -> HeadVerdict {
    var parser = RequestHeadParser(limits: limits)
    return verdict(&parser, Array(head.utf8))
}

func verdict(_ parser: inout RequestHeadParser, _ bytes: [UInt8]) -> HeadVerdict {
    do throws(HTTPSyntaxError) {
        return try parser.parse(bytes.span.bytes) ? .complete(length: parser.headLength) : .incomplete
    } catch {
        return .rejected(error)
    }
}

/// Parses a response head that comes in whole.
func responseVerdict(_ head: String, limits: HeadLimits = HeadLimits()) -> HeadVerdict {
    var parser = ResponseHeadParser(limits: limits)
    return verdict(&parser, Array(head.utf8))
}

func verdict(_ parser: inout ResponseHeadParser, _ bytes: [UInt8]) -> HeadVerdict {
    do throws(HTTPSyntaxError) {
        return try parser.parse(bytes.span.bytes) ? .complete(length: parser.headLength) : .incomplete
    } catch {
        return .rejected(error)
    }
}

/// The parser after a complete request head.
func parsedRequest(_ head: String) throws -> (RequestHeadParser, [UInt8]) {
    let bytes = Array(head.utf8)
    var parser = RequestHeadParser()
    guard try parser.parse(bytes.span.bytes) else { throw Incomplete() }
    return (parser, bytes)
}

/// The parser after a complete response head.
func parsedResponse(_ head: String) throws -> (ResponseHeadParser, [UInt8]) {
    let bytes = Array(head.utf8)
    var parser = ResponseHeadParser()
    guard try parser.parse(bytes.span.bytes) else { throw Incomplete() }
    return (parser, bytes)
}

struct Incomplete: Error {}

/// A request head from its field lines, with the Host that HTTP/1.1 wants.
func request(_ lines: String..., version: String = "HTTP/1.1") -> String {
    (["POST / \(version)", "Host: a"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
}

/// A response head from its field lines.
func response(_ lines: String..., status: String = "200 OK", version: String = "HTTP/1.1") -> String {
    (["\(version) \(status)"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
}
