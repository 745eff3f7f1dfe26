import Crypto
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where an encrypted value stands; it can be decrypted nowhere else.
enum SecretPlace: Hashable, CustomStringConvertible {
    case apiKey(channel: Int64)
    case proxyURL(channel: Int64)
    case header(channel: Int64, position: Int64)
    case fingerprint

    /// Table, column and row.
    var description: String {
        switch self {
        case .apiKey(let channel): "channel.api_key \(channel)"
        case .proxyURL(let channel): "channel.proxy_url \(channel)"
        case .header(let channel, let position): "channel_header.value \(channel).\(position)"
        case .fingerprint: "master_key.fingerprint 1"
        }
    }
}

/// Encrypts and decrypts single values with one master key.
///
/// A value is `enc1:` and the Base64 of nonce, ciphertext and tag of AES-256-GCM, with a random nonce and the place as
/// additional data; <https://doi.org/10.6028/NIST.SP.800-38D>. An empty value stays empty: that there is no key is no
/// secret.
struct SecretBox: Sendable {
    /// Why a value cannot be decrypted: another key, another place, or not what ``SecretBox/seal(_:at:)`` wrote.
    struct Unopenable: Error {}

    private static let prefix = "enc1:"
    let key: MasterKey

    init(_ key: MasterKey) { self.key = key }

    func seal(_ text: String, at place: SecretPlace) throws -> String {
        guard !text.isEmpty else { return "" }
        let sealed = try AES.GCM.seal(
            Array(text.utf8),
            using: self.key.symmetric,
            authenticating: Array(place.description.utf8)
        )
        // `combined` is missing only for nonces of other sizes than the one that `seal` makes.
        guard let bytes = sealed.combined else { throw Unopenable() }
        return Self.prefix + bytes.base64EncodedString()
    }

    func open(_ text: String, at place: SecretPlace) throws(Unopenable) -> String {
        guard !text.isEmpty else { return "" }
        guard text.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            let sealed = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(
                sealed,
                using: self.key.symmetric,
                authenticating: Array(place.description.utf8)
            ),
            let result = String(validating: plain, as: UTF8.self)
        else { throw Unopenable() }
        return result
    }
}
