import ServerSentEvents

extension RawSpan {
    /// A copy, because spans do not outlive a visit.
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

/// Everything a parser tells about a stream pushed in pieces.
struct Collected {
    var blocks: [SeenBlock] = []
    /// Offsets after each block in the whole stream, those told by `finish` left out.
    var ends: [Int] = []
    var parser: ServerSentEventParser

    init(_ pieces: [[UInt8]], maximumEventBytes: Int = 16 << 20) throws(ServerSentEventError) {
        parser = ServerSentEventParser(maximumEventBytes: maximumEventBytes)
        var blocks: [SeenBlock] = []
        var ends: [Int] = []
        var offset = 0
        for piece in pieces {
            try parser.push(piece) { kind, name, data, end in
                blocks.append(SeenBlock(isEvent: kind == .event, name: name.array, data: data.array))
                ends.append(offset + end)
            }
            offset += piece.count
        }
        parser.finish { kind, name, data, _ in
            blocks.append(SeenBlock(isEvent: kind == .event, name: name.array, data: data.array))
        }
        (self.blocks, self.ends) = (blocks, ends)
    }
}

extension [UInt8] {
    /// The pieces between the cuts.
    func cut(at cuts: [Int]) -> [[UInt8]] {
        zip([0] + cuts, cuts + [count]).map { Array(self[$0..<$1]) }
    }
}
