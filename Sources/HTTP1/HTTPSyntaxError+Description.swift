extension HTTPSyntaxError: CustomStringConvertible {
    /// One sentence for a person; it repeats nothing of the message, so it is safe to show and to log.
    public var description: String {
        switch self {
        case .bareLineFeed: "A line ends in a line feed without a carriage return."
        case .bareCarriageReturn: "A carriage return stands without its line feed."
        case .headTooLarge: "The message head is too large."
        case .malformedRequestLine: "The request line is malformed."
        case .invalidMethod: "The request method is not a token."
        case .invalidTarget: "The request target is invalid."
        case .targetTooLong: "The request target is too long."
        case .malformedVersion: "The HTTP version is malformed."
        case .unsupportedVersion: "The HTTP version is not supported; use HTTP/1.1."
        case .malformedStatusLine: "The status line is malformed."
        default: fieldDescription
        }
    }

    private var fieldDescription: String {
        switch self {
        case .foldedField: "A field line begins with white space."
        case .missingColon: "A field line has no colon."
        case .emptyFieldName: "A field line has no name."
        case .invalidFieldName: "A field name has an illegal character."
        case .whitespaceBeforeColon: "White space stands before the colon of a field line."
        case .invalidFieldValue: "A field value has a control character."
        case .tooManyFields: "The message has too many fields."
        case .missingHost: "The Host field is missing."
        case .duplicateHost: "There is more than one Host field."
        case .invalidHost: "The host is invalid."
        case .conflictingHost: "The Host field and the request target name different hosts."
        default: framingDescription
        }
    }

    private var framingDescription: String {
        switch self {
        case .invalidContentLength: "Content-Length is not a decimal number."
        case .duplicateContentLength: "Content-Length is given more than once."
        case .contentLengthWithTransferEncoding: "Content-Length and Transfer-Encoding exclude each other."
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding."
        case .duplicateTransferEncoding: "There is more than one Transfer-Encoding field."
        case .invalidTransferEncoding: "Transfer-Encoding is invalid."
        case .unknownTransferCoding: "The transfer coding is not supported; use chunked."
        case .contentInConnect: "A CONNECT request has no content."
        case .invalidChunkSize: "A chunk size is invalid."
        case .invalidChunkExtension: "A chunk extension is invalid."
        case .chunkExtensionTooLong: "The chunk extensions are too long."
        case .missingChunkEnd: "The end of a chunk is missing."
        case .invalidTrailer: "A trailer field is invalid."
        case .trailersTooLarge: "The trailer section is too large."
        default: "The message is malformed."
        }
    }
}
