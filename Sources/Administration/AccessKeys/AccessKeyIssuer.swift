public import Configuration
import Crypto

/// Makes access keys.
public enum AccessKeyIssuer {
    /// A new key, shown to its user once, and what is kept of it.
    public struct IssuedKey: Sendable, Hashable {
        /// The key itself; show it once and forget it.
        public var key: Secret
        /// What is kept to recognise the key.
        public var digest: AccessKey.Digest
        /// The last four characters, to tell keys apart.
        public var hint: String
    }

    /// Makes a key: `sk-` and 43 random characters that need no escaping anywhere (258 bits).
    ///
    /// - Parameter generator: Where the randomness comes from; must be unpredictable outside of tests.
    /// - Returns: The key and what is kept of it.
    public static func issue(using generator: inout some RandomNumberGenerator) -> IssuedKey {
        let characters = (0..<43).map { _ in Self.alphabet[Int.random(in: 0..<64, using: &generator)] }
        let key = "sk-" + String(decoding: characters, as: UTF8.self)
        return IssuedKey(key: Secret(key), digest: AccessKey.Digest(of: key), hint: AccessKey.hint(of: key))
    }

    /// Makes a key from the system's randomness.
    public static func issue() -> IssuedKey {
        var generator = SystemRandomNumberGenerator()
        return Self.issue(using: &generator)
    }

    /// RFC 4648 §5.
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}

extension AccessKey {
    /// What is shown of a key to tell it from others: its last four characters, nothing of keys shorter than 12.
    public static func hint(of key: String) -> String { key.count < 12 ? "" : String(key.suffix(4)) }
}

extension AccessKey.Digest {
    /// The SHA-256 of a key's UTF-8 bytes.
    public init(of key: String) {
        var hash = SHA256()
        var key = key
        key.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        self.init(bytes: Array(hash.finalize()))
    }

    /// Reads 64 hexadecimal digits; `nil` when the text is anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.init(bytes: bytes)
    }

    /// The bytes as lower-case hexadecimal digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: self.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
