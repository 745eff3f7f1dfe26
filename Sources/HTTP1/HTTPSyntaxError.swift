/// Why bytes are not the HTTP/1.1 message they claim to be.
///
/// After one of these the connection cannot be read any further: nobody knows where the next message begins.
/// A server answers with ``status`` and closes; a client treats every case as a broken upstream.
///
/// Source: [RFC 9112, section 2.2](https://www.rfc-editor.org/rfc/rfc9112#section-2.2).
public enum HTTPSyntaxError: Error, Hashable, Sendable, CaseIterable {
    // Lines
    /// A line feed which no carriage return precedes.
    case bareLineFeed
    /// A carriage return which no line feed follows.
    case bareCarriageReturn
    /// The head is longer than ``HeadLimits/maximumHeadBytes``.
    case headTooLarge

    // Request line
    /// The request line is not `method SP target SP version CRLF`.
    case malformedRequestLine
    /// The method is not a token.
    case invalidMethod
    /// The target has a forbidden character or a form which its method does not allow.
    case invalidTarget
    /// The target is longer than ``HeadLimits/maximumTargetBytes``.
    case targetTooLong
    /// The version is not `HTTP/` digit `.` digit.
    case malformedVersion
    /// The version is neither HTTP/1.0 nor HTTP/1.1.
    case unsupportedVersion

    // Status line
    /// The status line is not `version SP three digits [SP reason] CRLF`.
    case malformedStatusLine

    // Field lines
    /// A line that begins with white space: a folded value, or white space before the first field.
    case foldedField
    /// A field line without a colon.
    case missingColon
    /// A field line without a name.
    case emptyFieldName
    /// A field name with a character that is not allowed in a token.
    case invalidFieldName
    /// White space between a field name and its colon.
    case whitespaceBeforeColon
    /// A control character in a field value or a reason phrase.
    case invalidFieldValue
    /// There are more field lines than ``HeadLimits/maximumFieldCount``.
    case tooManyFields

    // Host
    /// An HTTP/1.1 request without a Host field.
    case missingHost
    /// A request with several Host fields.
    case duplicateHost
    /// A Host value, or the authority of a target, that is not a host with an optional port.
    case invalidHost
    /// The Host field names another host than the request's target.
    case conflictingHost

    // Framing
    /// A Content-Length that is not a plain decimal number.
    case invalidContentLength
    /// Several Content-Length fields or a list in one, whether or not the values are equal.
    case duplicateContentLength
    /// Both Content-Length and Transfer-Encoding.
    case contentLengthWithTransferEncoding
    /// A Transfer-Encoding in an HTTP/1.0 message.
    case transferEncodingInHTTP10
    /// Several Transfer-Encoding fields.
    case duplicateTransferEncoding
    /// A Transfer-Encoding that is not a list of codings which ends in a single `chunked`.
    case invalidTransferEncoding
    /// A transfer coding other than `chunked`.
    case unknownTransferCoding

    /// A CONNECT with a body: what follows its head is the tunnel.
    case contentInConnect

    // Chunked bodies
    /// A chunk size that is not one to sixteen hexadecimal digits, or that overflows.
    case invalidChunkSize
    /// A chunk extension that is not `;name[=value]`.
    case invalidChunkExtension
    /// The chunk extensions of a line, or those of the body, are out of proportion.
    case chunkExtensionTooLong
    /// Chunk data which its CRLF does not follow.
    case missingChunkEnd
    /// A trailer line that is not a field line, or that is about framing, routing or the connection.
    case invalidTrailer
    /// The trailers are longer than ``BodyDecoder/maximumTrailerBytes``.
    case trailersTooLarge
}

extension HTTPSyntaxError {
    /// The status a server answers with.
    ///
    /// Sources: [RFC 9110, section 15.5.15](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.15) (414),
    /// [15.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.6.2) (501),
    /// [15.6.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.6.6) (505),
    /// [RFC 6585, section 5](https://www.rfc-editor.org/rfc/rfc6585#section-5) (431).
    public var status: Int {
        switch self {
        case .targetTooLong: 414
        case .headTooLarge, .tooManyFields, .trailersTooLarge: 431
        case .unknownTransferCoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }
}
