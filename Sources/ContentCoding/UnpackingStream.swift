/// A library's stream: turns some input into at most one buffer of output a step.
protocol UnpackingStream: AnyObject {
    /// Takes a part of the input and makes a part of the output; an empty input is allowed.
    func step(_ bytes: RawSpan) throws(ContentCodingError) -> UnpackingStep

    /// Whether the input may end here.
    var isAtEnd: Bool { get }
}

/// What one step did.
struct UnpackingStep {
    /// The size of the output buffer of a stream in bytes.
    static let outputCapacity = 64 << 10

    /// Bytes of the input that are used up.
    var consumed: Int
    /// The output; its memory is the stream's and holds it until the next step.
    var output: UnsafeRawBufferPointer
    /// Whether the output buffer is full, so that more may wait behind it.
    var filledOutput: Bool { output.count == Self.outputCapacity }
}
