import Configuration
import Dialects
import HTTP1
import NIOCore
import Relay
import Routing

/// Writing a provider's answer to the client.
extension ClientConnection {
    /// How far an answer is with what is sent now.
    enum Ending {
        /// More follows.
        case open
        /// It is whole.
        case complete
        /// It is not, and never will be.
        case broken
    }

    /// Sends what the exchange has released, in one write.
    func release(trailer: [UInt8], ending: Ending) {
        guard let connection = self.provider, let releasable = self.exchange?.releasable else { return }
        let count = min(max(0, releasable - self.sentBytes), self.pending.readableBytes)
        let span = self.sentBytes..<self.sentBytes + count
        var data = self.pending.readSlice(length: count) ?? ByteBuffer()
        self.sentBytes += count
        if self.exchange?.omissions.isEmpty == false { data = self.omitting(from: data, span) }
        if self.exchange?.sendsElements == true {
            data = ByteBuffer(bytes: ending == .open ? self.exchange?.takeElements() ?? [] : [])
        }
        let total = data.readableBytes + trailer.count
        var out = ByteBuffer()
        out.reserveCapacity(1024 + (data.readableBytes <= Self.copiedBytes ? total : trailer.count))
        if !self.hasSentHead {
            self.writeAnswerHead(connection, length: ending == .complete ? total : nil, &out)
        }
        if total > 0 || ending == .complete { self.writePayload(data, trailer, ending, &out) }
        if out.readableBytes > 0 { self.write(out) }
    }

    /// Leaves out what the exchange does not want passed on; `span` says which part of the body `data` is.
    private func omitting(from data: ByteBuffer, _ span: Range<Int>) -> ByteBuffer {
        var kept = ByteBuffer()
        var position = span.lowerBound
        for omission in self.exchange?.omissions ?? [] {
            let gap = omission.clamped(to: position..<span.upperBound)
            guard !gap.isEmpty else { continue }
            kept.writeImmutableBuffer(data.piece(position - span.lowerBound..<gap.lowerBound - span.lowerBound))
            position = gap.upperBound
        }
        kept.writeImmutableBuffer(data.piece(position - span.lowerBound..<span.count))
        return kept
    }

    private func writePayload(_ data: ByteBuffer, _ trailer: [UInt8], _ ending: Ending, _ out: inout ByteBuffer) {
        let total = data.readableBytes + trailer.count
        let isChunk = self.isChunking && total > 0
        if isChunk {
            ChunkedEncoder.header(total) { _ = out.writeBytes($0) }
        }
        if data.readableBytes <= Self.copiedBytes {
            out.writeImmutableBuffer(data)
        } else if let context = self.context {
            context.write(self.wrapOutboundOut(out), promise: nil)
            context.write(self.wrapOutboundOut(data), promise: nil)
            out = ByteBuffer()
        }
        out.writeBytes(trailer)
        if isChunk { out.writeStaticString(ChunkedEncoder.chunkEnd) }
        if self.isChunking, ending == .complete { out.writeStaticString(ChunkedEncoder.bodyEnd) }
        if out.readableBytes == 0 { self.context?.flush() }
    }

    private func writeAnswerHead(
        _ connection: ProviderConnection,
        length: Int?,
        _ out: inout ByteBuffer
    ) {
        self.hasSentHead = true
        out.writeStaticString("HTTP/1.1 ")
        out.writeString(StatusLine.text(connection.head.status))
        out.writeStaticString("\r\n")
        let isArray = self.exchange?.sendsElements == true
        connection.writeFields(to: &out, replacingContentType: isArray)
        if isArray { out.writeStaticString("content-type: application/json; charset=UTF-8\r\n") }
        if self.exchange?.facts.wantsStream == true, !connection.head.contains(.cacheControl) {
            out.writeStaticString("cache-control: no-cache\r\n")
        }
        self.writeAttemptLines(to: &out)
        out.writeStaticString("x-request-id: ")
        out.writeString(self.inbound?.record.id ?? "")
        var staysOpen = self.keepsAlive
        if let length {
            out.writeStaticString("\r\ncontent-length: ")
            out.writeDecimal(length)
        } else if self.inbound?.isModern == true {
            self.isChunking = true
            out.writeStaticString("\r\ntransfer-encoding: chunked")
        } else {
            staysOpen = false
            self.inbound?.keepsAlive = false
        }
        if staysOpen {
            if self.inbound?.isModern == false { out.writeStaticString("\r\nconnection: keep-alive") }
        } else {
            out.writeStaticString("\r\nconnection: close")
        }
        out.writeStaticString("\r\n\r\n")
    }

    /// Writes who answered, and how many attempts it took.
    func writeAttemptLines(to out: inout ByteBuffer) {
        guard let target = self.exchange?.attempt?.target, let count = self.exchange?.attemptCount else { return }
        out.writeStaticString("x-api-switch-channel: ")
        out.writeString(HeaderText.encode(target.channel.name))
        out.writeStaticString("\r\nx-api-switch-model: ")
        out.writeString(HeaderText.encode(target.entry.model))
        out.writeStaticString("\r\nx-api-switch-attempts: ")
        out.writeDecimal(count)
        out.writeStaticString("\r\n")
    }
}

extension ByteBuffer {
    /// A part of the readable bytes, counted from the first of them.
    fileprivate func piece(_ range: Range<Int>) -> ByteBuffer {
        self.getSlice(at: self.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}

/// Names in header values: what is not visible ASCII is percent-encoded.
enum HeaderText {
    static func encode(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }
        return isPlain ? text : PercentCoding.encode(text, keeping: " !#$&'()*+,/:;=?@[]^`{|}\"<>\\")
    }
}

extension ProviderConnection {
    /// What the exchange must know of the head.
    var summary: ProviderHead {
        var form = ProviderHead.ContentForm.unknown
        if let range = self.head.first(.contentType) {
            let bytes = self.headBytes
            form = ProviderHead.ContentForm(fieldValue: bytes.readableBytesSpan.extracting(range))
        }
        var head = ProviderHead(status: self.head.status, form: form)
        guard !(200..<300).contains(self.head.status) else { return head }
        head.contentType = self.head.first(.contentType).flatMap(self.text)
        head.retryAfter = self.head.first(.retryAfter).flatMap(self.text).flatMap(
            RetryAfter.duration(
                now: self.pool.worker.services.wallClock()
            )
        )
        return head
    }

    private func text(_ range: Range<Int>) -> String? {
        self.headBytes.getString(at: self.headBytes.readerIndex + range.lowerBound, length: range.count)
    }

    /// Copies the fields of the answer that may pass.
    func writeFields(to out: inout ByteBuffer, replacingContentType: Bool) {
        if let id = self.head.first(.requestID).flatMap(self.text) {
            // The gateway's own id has this name; the provider's is kept beside it.
            out.writeStaticString("x-upstream-request-id: ")
            out.writeString(id)
            out.writeStaticString("\r\n")
        }
        out.writeFields(self.head.fields, of: self.headBytes, headLength: self.head.headLength) { field, bytes in
            HeaderPolicy.passesToClient(field.known, name: bytes.extracting(field.name))
                && !self.head.isNominatedByConnection(field, in: bytes)
                && !(field.known == .contentEncoding && self.isDecoding)
                && !(field.known == .contentType && replacingContentType)
        }
    }
}
