/// A block as the tests see it.
struct SeenBlock: Equatable, CustomStringConvertible {
    var isEvent: Bool
    var name: [UInt8]
    var data: [UInt8]

    var description: String {
        "\(isEvent ? "event" : "comment") \(String(decoding: name, as: UTF8.self)): \(String(decoding: data, as: UTF8.self))"
    }
}

/// The standard's text turned into code as plainly as possible, over a whole stream, to judge the real thing by.
struct ReferenceStream {
    private(set) var blocks: [SeenBlock] = []
    private(set) var lastEventID: [UInt8] = []
    private(set) var retry: Int?

    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var firstComment: [UInt8]?
    private var hasFields = false
    private var id: [UInt8]?
    private var blockRetry: [UInt8]?

    init(_ stream: [UInt8]) {
        var text = stream
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        var line: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == 0x0D || text[index] == 0x0A {
                if text[index] == 0x0D, index + 1 < text.count, text[index + 1] == 0x0A { index += 1 }
                take(line)
                line = []
            } else {
                line.append(text[index])
            }
            index += 1
        }
        if !line.isEmpty { take(line) }
        take([])  // our one liberty: the end of the stream ends a block
    }

    private mutating func take(_ line: [UInt8]) {
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: 0x3A)
        let field = String(decoding: line[..<(colon ?? line.count)], as: UTF8.self)
        var value = colon.map { Array(line[($0 + 1)...]) } ?? []
        if value.first == 0x20 { value.removeFirst() }
        if colon == 0 {
            firstComment = firstComment ?? value
            return
        }
        hasFields = true
        switch field {
        case "data": data += value + [0x0A]
        case "event": name = value
        case "id": id = value
        case "retry": blockRetry = value
        default: break
        }
    }

    private mutating func dispatch() {
        if let id, !id.contains(0) { lastEventID = id }
        if let blockRetry, !blockRetry.isEmpty, blockRetry.allSatisfy({ (0x30...0x39).contains($0) }) {
            retry = Int(String(decoding: blockRetry, as: UTF8.self)) ?? retry
        }
        if !data.isEmpty {
            blocks.append(SeenBlock(isEvent: true, name: name, data: data.dropLast()))
        } else if let firstComment, !hasFields {
            blocks.append(SeenBlock(isEvent: false, name: [], data: firstComment))
        }
        (name, data, firstComment, hasFields, id, blockRetry) = ([], [], nil, false, nil, nil)
    }
}
