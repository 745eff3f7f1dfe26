/// The members of an object in the order written, duplicates included.
///
/// Names are compared by their UTF-8 bytes, not by Swift's canonical equivalence: two spellings of `é` are two names.
/// Looking a name up costs time linear in the number of members.
public struct JSONObject: Sendable {
    /// A name and its value.
    public struct Member: Hashable, Sendable {
        /// The name, escapes decoded.
        public var key: String
        /// The value.
        public var value: JSONValue

        /// Makes a member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        /// Compares names and values by content.
        public static func == (left: Self, right: Self) -> Bool {
            left.key.hasSameBytes(as: right.key) && left.value == right.value
        }

        /// Feeds what `==` compares.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(bytesOf: key)
            hasher.combine(value)
        }
    }

    /// The members in the order written, duplicates included.
    public var members: [Member]

    /// Makes an object of these members, an empty one unless told.
    public init(_ members: [Member] = []) {
        self.members = members
    }

    /// The number of members, duplicates counted.
    public var count: Int { members.count }

    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a name; of several members with the same name the last one counts.
    ///
    /// Setting replaces the first member of that name in its place and removes the others, so that every reader sees the same; a new
    /// name is appended. Setting nil removes all members of the name.
    public subscript(key: String) -> JSONValue? {
        get {
            members.last { $0.key.hasSameBytes(as: key) }?.value
        }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            guard let first = members.firstIndex(where: { $0.key.hasSameBytes(as: key) }) else {
                members.append(Member(key: key, value: newValue))
                return
            }
            members[first].value = newValue
            let later = members[(first + 1)...].filter { !$0.key.hasSameBytes(as: key) }
            if later.count != members.count - first - 1 {
                members.replaceSubrange((first + 1)..., with: later)
            }
        }
    }

    /// Removes all members of a name and gives the value that counted, the last one's.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        let value = self[key]
        if value != nil { members.removeAll { $0.key.hasSameBytes(as: key) } }
        return value
    }
}

extension JSONObject: Hashable {
    /// Compares members by content, in order: equal objects write the same bytes.
    public static func == (left: Self, right: Self) -> Bool {
        JSONValue.object(left) == JSONValue.object(right)
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
        JSONValue.object(self).hash(into: &hasher)
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { members.startIndex }

    /// The position after the last member.
    public var endIndex: Int { members.endIndex }

    /// The member at a position.
    public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object of the pairs as written, duplicates included.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { Member(key: $0, value: $1) }
    }
}
