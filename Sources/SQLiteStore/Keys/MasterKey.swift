import Crypto
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The key that the secrets of the configuration are encrypted with: 32 random bytes.
///
/// Whoever has it and `config.db` has every provider key; it appears in no description.
public struct MasterKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The environment variable that may hold the key; it wins over the file.
    public static let variable = "API_SWITCH_MASTER_KEY"
    /// How many bytes a key has.
    static let size = 32

    let symmetric: SymmetricKey

    /// Makes a new key from the system's random numbers.
    public static func random() -> MasterKey { MasterKey(symmetric: SymmetricKey(size: .bits256)) }

    /// Reads a key that was written as 64 hexadecimal digits or as 44 characters of Base64; `nil` if it is neither.
    public init?(text: String) {
        let digits = Array(text.utf8)
        let bytes =
            digits.count == Self.size * 2 ? Self.bytes(hex: digits) : Data(base64Encoded: text).map { Array($0) }
        guard let bytes else { return nil }
        self.init(bytes: bytes)
    }

    /// Wraps the bytes of a key; `nil` if they are not 32.
    init?(bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.init(symmetric: SymmetricKey(data: bytes))
    }

    private init(symmetric: SymmetricKey) { self.symmetric = symmetric }

    /// The key of the environment; `nil` when the variable is missing or empty.
    ///
    /// - Throws: ``StoreError/masterKeyInvalid`` when the variable holds something else.
    public static func inEnvironment(_ environment: [String: String]) throws(StoreError) -> MasterKey? {
        guard let text = environment[Self.variable], !text.isEmpty else { return nil }
        guard let key = MasterKey(text: text) else { throw .masterKeyInvalid }
        return key
    }

    /// The bytes, for the file of the key.
    var bytes: [UInt8] { self.symmetric.withUnsafeBytes { Array($0) } }

    /// Says nothing.
    public var description: String { "••••" }
    /// Says nothing.
    public var debugDescription: String { "••••" }
    /// Keeps `dump` and debuggers from printing the key.
    public var customMirror: Mirror { Mirror(reflecting: self.description) }

    private static func bytes(hex digits: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
