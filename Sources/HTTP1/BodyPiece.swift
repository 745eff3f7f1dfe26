/// What a ``BodyDecoder`` found next.
public enum BodyPiece: Hashable, Sendable {
    /// Payload, as positions in the bytes of this call; never empty.
    case payload(Range<Int>)
    /// All bytes are used up and the body goes on: call again with the bytes that come next.
    case needMore
    /// The body is complete, and the offset stands behind the message.
    case end
}
