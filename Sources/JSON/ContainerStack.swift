/// The kinds of the containers around a place, one bit each; the first 64 levels need no allocation.
struct ContainerStack {
    private(set) var depth = 0
    private var bits: UInt64 = 0
    private var spilled: [UInt64] = []

    /// Whether the innermost container is an object.
    var isInObject: Bool {
        @inline(__always) get { bits & 1 != 0 }
    }

    @inline(__always)
    mutating func push(isObject: Bool) {
        if depth & 63 == 0, depth > 0 { spilled.append(bits) }
        bits = bits << 1 | (isObject ? 1 : 0)
        depth &+= 1
    }

    @inline(__always)
    mutating func pop() {
        depth &-= 1
        bits >>= 1
        if depth & 63 == 0, depth > 0 { bits = spilled.popLast() ?? 0 }
    }
}
