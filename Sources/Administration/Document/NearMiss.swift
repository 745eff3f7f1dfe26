/// Finds the word that somebody probably meant.
enum NearMiss {
    /// `"; did you mean 'type'?"`, or `nil` when no word is near.
    static func suggestion(for word: String, among words: [String]) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let typed = Array(word.lowercased().replacingDashes.utf8)
        let best = words.map { (word: $0, distance: Self.distance(typed, Array($0.lowercased().utf8))) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance <= max(1, min(3, best.word.utf8.count / 3)) else { return nil }
        return "; did you mean '\(best.word)'?"
    }

    /// How many letters must be added, removed, replaced or swapped with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}

extension String {
    fileprivate var replacingDashes: String { String(self.map { $0 == "-" || $0 == " " ? "_" : $0 }) }
}
