/// Finds the fields `model` and `stream` of a multipart form (RFC 7578) without copying its files.
enum MultipartForm {
    /// Headers of one part are not longer than this, in bytes.
    private static let maximumPartHead = 16 << 10

    static func facts(of body: RawSpan, boundary: String?) throws(RequestFault) -> RequestFacts {
        guard let boundary, !boundary.isEmpty, boundary.utf8.count <= 200 else {
            throw RequestFault.malformedForm("the content type has no usable boundary")
        }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand at the very beginning, without the line end before it.
        let first = Array(delimiter.dropFirst(2))
        guard let start = body.firstDelimiter(first, from: 0) else {
            throw RequestFault.malformedForm("the boundary never occurs")
        }
        var facts = RequestFacts(model: nil, wantsStream: false)
        var position = start.upperBound
        while !body.has([0x2D, 0x2D], at: position) {
            guard let headEnd = body.firstRange(of: Array("\r\n\r\n".utf8), from: position),
                headEnd.lowerBound - position <= Self.maximumPartHead
            else { throw RequestFault.malformedForm("a part has no end of its headers") }
            guard let end = body.firstDelimiter(delimiter, from: headEnd.lowerBound + 2) else {
                throw RequestFault.malformedForm("the last boundary is missing")
            }
            let head = body.text(position..<headEnd.lowerBound)
            let content = headEnd.upperBound..<max(headEnd.upperBound, end.lowerBound)
            try Self.take(name: Self.fieldName(head), content: content, body, &facts)
            position = end.upperBound
        }
        return facts
    }

    private static func take(
        name: String?,
        content: Range<Int>,
        _ body: RawSpan,
        _ facts: inout RequestFacts
    ) throws(RequestFault) {
        switch name {
        case "model":
            guard facts.modelEdit == nil else { throw RequestFault.duplicate(pointer: "/model") }
            facts.model = body.text(content)
            facts.bodyModel = facts.model
            facts.modelEdit = ModelEdit(range: content, form: .text)
        case "stream":
            facts.wantsStream = ["true", "1"].contains(body.text(content).lowercased())
        default: break
        }
    }

    /// `name` of a `Content-Disposition`, when the part is a plain field and not a file.
    private static func fieldName(_ head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard !line.lowercased().contains("filename") else { return nil }
            for parameter in line.split(separator: ";").dropFirst() {
                let pair = parameter.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, pair[0].filter({ !$0.isWhitespace }).lowercased() == "name" else { continue }
                return String(pair[1].filter { $0 != "\"" && !$0.isWhitespace })
            }
        }
        return nil
    }
}

extension RawSpan {
    fileprivate func has(_ needle: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, offset + needle.count <= self.byteCount else { return false }
        for index in needle.indices
        where self.unsafeLoad(fromByteOffset: offset + index, as: UInt8.self) != needle[index] {
            return false
        }
        return true
    }

    fileprivate func firstRange(of needle: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = needle.first else { return nil }
        let pattern = UInt64(first) &* 0x0101_0101_0101_0101
        var offset = start
        while offset + needle.count <= self.byteCount {
            // Files are megabytes: eight bytes a step that do not hold the first one (a zero byte in the difference).
            if offset + 8 <= self.byteCount {
                let difference = self.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ pattern
                if (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080 == 0 {
                    offset += 8
                    continue
                }
            }
            if self.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == first, self.has(needle, at: offset) {
                return offset..<offset + needle.count
            }
            offset += 1
        }
        return nil
    }

    /// Where a delimiter stands: behind the boundary only blanks may follow on its line, or `--`; RFC 2046 §5.1.1.
    fileprivate func firstDelimiter(_ delimiter: [UInt8], from start: Int) -> Range<Int>? {
        var start = start
        while let found = self.firstRange(of: delimiter, from: start) {
            var end = found.upperBound
            if self.has([0x2D, 0x2D], at: end) { return found }
            while self.has([0x20], at: end) || self.has([0x09], at: end) { end += 1 }
            if self.has([0x0D, 0x0A], at: end) { return found }
            start = found.lowerBound + 1
        }
        return nil
    }

    fileprivate func text(_ range: Range<Int>) -> String {
        self.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
