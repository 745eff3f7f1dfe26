import GatewayTesting
import HTTP1

extension SeededGenerator {
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
