import Configuration
import Dialects
import HTTP1
import NIOCore
import Relay
import Routing

/// Writing a call to a provider.
extension ClientConnection {
    /// Bodies up to this size go out in one piece with their head; larger ones as slices of what was read.
    static let copiedBytes = 16 << 10

    /// The bytes of a call: the head, and the body with the serving model's name in it.
    func call(_ attempt: Attempt, over connection: ProviderConnection) -> [ByteBuffer] {
        guard let facts = self.exchange?.facts, let endpoint = self.exchange?.endpoint,
            case .success(let call) = attempt.route.call
        else { return [] }
        let edit = facts.edit(for: attempt.target.entry.model)
        let replacement = edit?.replacement(model: attempt.target.entry.model) ?? []
        let range = edit?.range ?? 0..<0
        let length = self.body.readableBytes - range.count + replacement.count
        let isSmall = length <= Self.copiedBytes
        var out = ByteBuffer()
        out.reserveCapacity(self.headBytes.readableBytes + 512 + (isSmall ? length : 0))
        let target = call.target(
            endpoint,
            model: attempt.target.entry.model,
            query: self.inbound?.query.forwarded
        )
        self.writeCallHead(call, target: target, route: attempt.route, pool: connection.pool, length: length, &out)
        let start = self.body.readerIndex
        let parts = [
            self.body.getSlice(at: start, length: range.lowerBound) ?? ByteBuffer(),
            ByteBuffer(bytes: replacement),
            self.body.getSlice(at: start + range.upperBound, length: self.body.readableBytes - range.upperBound)
                ?? ByteBuffer(),
        ]
        guard isSmall else { return [out] + parts.filter { $0.readableBytes > 0 } }
        for part in parts { out.writeImmutableBuffer(part) }
        return [out]
    }

    private func writeCallHead(
        _ call: ProviderCall,
        target: String,
        route: ChannelRoute,
        pool: ProviderPool,
        length: Int,
        _ out: inout ByteBuffer
    ) {
        out.writeStaticString("POST ")
        if let proxy = pool.origin.proxy, proxy.form == .http, !pool.origin.usesTLS {
            out.writeString("http://\(call.address.authority)")
        }
        out.writeString(target)
        out.writeStaticString(" HTTP/1.1\r\n")
        out.writeBytes(route.headerLines)
        if let proxy = pool.origin.proxy, proxy.form == .http, !pool.origin.usesTLS,
            let authorization = proxy.authorization
        {
            out.writeString("proxy-authorization: \(authorization)\r\n")
        }
        self.writeClientFields(except: route.ownHeaderNames, to: &out)
        if !self.head.contains(.contentType) { out.writeStaticString("content-type: application/json\r\n") }
        if !self.head.contains(.userAgent) {
            out.writeString("user-agent: api-switch/\(self.worker.services.version)\r\n")
        }
        if call.type == .anthropic, !self.head.contains(.anthropicVersion),
            !route.ownHeaderNames.contains("anthropic-version")
        {
            out.writeString("anthropic-version: \(ProviderCall.defaultAnthropicVersion)\r\n")
        }
        out.writeStaticString("accept-encoding: identity\r\ncontent-length: ")
        out.writeDecimal(length)
        out.writeStaticString("\r\n\r\n")
    }

    /// Copies the client's fields that may pass.
    private func writeClientFields(except own: Set<String>, to out: inout ByteBuffer) {
        out.writeFields(self.head.fields, of: self.headBytes, headLength: self.head.headLength) { field, bytes in
            HeaderPolicy.passesToProvider(field.known, name: bytes.extracting(field.name))
                && !self.head.isNominatedByConnection(field, in: bytes)
                && (own.count == 1 || !own.contains(self.headText(field.name).lowercased()))
        }
    }
}

extension ByteBuffer {
    /// Copies the field lines of a head that may pass, as they were written; neighbours that pass go in one run.
    ///
    /// - Parameters:
    ///   - fields: The fields of the head, in order.
    ///   - head: The bytes of the head.
    ///   - headLength: How long it is, with the empty line at its end.
    ///   - passes: Whether a field is copied; gets the field and the bytes of the head.
    mutating func writeFields(
        _ fields: [HeadField],
        of head: ByteBuffer,
        headLength: Int,
        where passes: (HeadField, RawSpan) -> Bool
    ) {
        head.withUnsafeReadableBytes { raw in
            var run = 0..<0
            for (index, field) in fields.enumerated() where passes(field, raw.bytes) {
                let end = index + 1 < fields.count ? fields[index + 1].name.lowerBound : headLength - 2
                let line = field.name.lowerBound..<end
                if run.upperBound == line.lowerBound, !run.isEmpty {
                    run = run.lowerBound..<line.upperBound
                } else {
                    self.writeBytes(UnsafeRawBufferPointer(rebasing: raw[run]))
                    run = line
                }
            }
            self.writeBytes(UnsafeRawBufferPointer(rebasing: raw[run]))
        }
    }

    /// Writes a number in decimal digits without a string.
    mutating func writeDecimal(_ number: Int) {
        ChunkedEncoder.decimal(number) { _ = self.writeBytes($0) }
    }
}
