public import Configuration

/// An entry together with its channel: what an attempt is made at.
///
/// A class because every attempt carries one: sharing it costs one reference, not one for each text in it.
public final class RouteTarget: Sendable, Hashable {
    /// The entry.
    public let entry: APIEntry
    /// Its channel.
    public let channel: Channel

    /// Makes a target.
    public init(entry: APIEntry, channel: Channel) {
        self.entry = entry
        self.channel = channel
    }

    /// Whether both switches are on.
    public var isEnabled: Bool { self.entry.isEnabled && self.channel.isEnabled }

    /// Compares what is inside.
    public static func == (lhs: RouteTarget, rhs: RouteTarget) -> Bool {
        lhs.entry == rhs.entry && lhs.channel == rhs.channel
    }

    /// Hashes the entry's number, which tells targets of one configuration apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.entry.id) }
}

/// Why an entry was not tried.
public enum Exclusion: Sendable, Hashable {
    /// The entry is switched off.
    case entryOff
    /// The channel is switched off.
    case channelOff
    /// It cools down.
    case cooling(until: MonotonicInstant, reason: CooldownReason)
    /// It is being tried by another request after its cooldown.
    case onTrial(reason: CooldownReason)
    /// Its channel cannot serve this kind of call.
    case unsuitable(String)
}

/// A model name as a client gave it.
public enum RequestedModel: Sendable, Hashable {
    /// `auto`, in any case, or nothing.
    case automatic
    /// Any other name, trimmed.
    case named(String)

    /// Reads a name: trimmed; missing, empty and `auto` in any case are ``automatic``.
    public init(_ text: String?) {
        let trimmed = (text ?? "").trimmingWhitespace()
        self = trimmed.isEmpty || trimmed.isAuto ? .automatic : .named(String(trimmed))
    }

    /// The name for logs and answers.
    public var name: String {
        switch self {
        case .automatic: "auto"
        case .named(let name): name
        }
    }
}

extension Substring {
    /// Whether it says `auto`, in any case.
    fileprivate var isAuto: Bool {
        self.utf8.count == 4 && self.utf8.elementsEqual("auto".utf8) { $0 | 0x20 == $1 }
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> Substring {
        // Nearly all names begin and end with a visible ASCII character, and Unicode's tables need not be asked.
        if let first = self.utf8.first, let last = self.utf8.last, (0x21..<0x7F).contains(first),
            (0x21..<0x7F).contains(last)
        {
            return self[...]
        }
        guard let first = self.firstIndex(where: { !$0.isWhitespace }),
            let last = self.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return self[first...last]
    }
}
