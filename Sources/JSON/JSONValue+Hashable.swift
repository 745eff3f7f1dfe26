extension JSONValue: Hashable {
    /// Compares by content; no stack per level, values may be of any depth.
    public static func == (left: Self, right: Self) -> Bool {
        var pending: [(JSONValue, JSONValue)] = []
        var pair = Optional((left, right))
        while let (left, right) = pair {
            switch (left, right) {
            case (.null, .null): break
            case (.bool(let left), .bool(let right)): guard left == right else { return false }
            case (.number(let left), .number(let right)): guard left == right else { return false }
            case (.string(let left), .string(let right)): guard left.hasSameBytes(as: right) else { return false }
            case (.array(let left), .array(let right)):
                guard left.count == right.count else { return false }
                pending.append(contentsOf: zip(left, right))
            case (.object(let left), .object(let right)):
                guard left.count == right.count else { return false }
                for (left, right) in zip(left, right) {
                    guard left.key.hasSameBytes(as: right.key) else { return false }
                    pending.append((left.value, right.value))
                }
            default: return false
            }
            pair = pending.popLast()
        }
        return true
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
        var pending: [JSONValue] = []
        var next = Optional(self)
        while let value = next {
            switch value {
            case .null: hasher.combine(0)
            case .bool(let value): hasher.combine(value ? 1 : 2)
            case .number(let value):
                hasher.combine(3)
                hasher.combine(bytesOf: value.literal)
            case .string(let value):
                hasher.combine(4)
                hasher.combine(bytesOf: value)
            case .array(let elements):
                hasher.combine(5)
                hasher.combine(elements.count)
                pending.append(contentsOf: elements)
            case .object(let object):
                hasher.combine(6)
                hasher.combine(object.count)
                for member in object {
                    hasher.combine(bytesOf: member.key)
                    pending.append(member.value)
                }
            }
            next = pending.popLast()
        }
    }
}
