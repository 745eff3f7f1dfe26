import ArgumentParser
import JSON
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Writing to the terminal.
enum Terminal {
    /// Writes a line to the standard output at once.
    static func say(_ line: String) { Self.write(line + "\n", to: STDOUT_FILENO) }

    /// Writes a line to the standard error at once.
    static func complain(_ line: String) { Self.write(line + "\n", to: STDERR_FILENO) }

    /// Writes a JSON value on a line of its own.
    static func say(_ value: JSONValue) { Self.say(String(decoding: value.bytes, as: UTF8.self)) }

    /// Says an error in the form every command uses, and gives what ends the command.
    static func failure(_ error: any Error) -> ExitCode {
        Self.complain("api-switch: \(error)")
        return .failure
    }

    /// Writes everything, however the system cuts it; a reader that left ends it.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundationless.write(descriptor, $0) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// How many columns of a terminal a text takes: East Asian wide characters take two (Unicode, UAX #11).
    private static func width(_ text: String) -> Int {
        text.reduce(0) { width, character in
            let isWide = character.unicodeScalars.contains { scalar in
                switch scalar.value {
                case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
                    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                    true
                default: false
                }
            }
            return width + (isWide ? 2 : 1)
        }
    }

    /// Columns of text, as wide as their widest cell.
    static func table(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.count > column ? Self.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: max(0, widths[column] - Self.width(cell)))
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// The system's calls whose names Swift uses for other things.
enum Foundationless {
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            pointer += 1
        }
        return variables
    }
}
