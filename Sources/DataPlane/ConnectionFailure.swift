import NIOCore
import NIOPosix
import NIOSOCKS
import NIOSSL

/// Errors of the network in words that say what to look at.
enum ConnectionFailure {
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: return Self.connection(error)
        case let error as SocketAddressError: return Self.address(error)
        case let error as IOError: return Self.system(error.errnoCode)
        case let error as NIOSSLError: return Self.tls(error)
        case let error as BoringSSLError: return "TLS: \(error)"
        case is NIOSSLExtraError: return "TLS: the certificate does not belong to this host name"
        case let error as ChannelError:
            if case .connectTimeout = error { return "no connection in time" }
            return "the connection was closed"
        case let error as TunnelHandler.Refused: return error.description
        case is SOCKSError.ConnectionFailed: return "the SOCKS proxy could not connect"
        case is SOCKSError.InvalidAuthenticationSelection, is SOCKSError.NoValidAuthenticationMethod:
            return "the SOCKS proxy wants a user name and a password, which is not supported; use an HTTP proxy"
        default: return "\(error)"
        }
    }

    /// Whether the time to connect was over.
    static func isTimeout(_ error: any Error) -> Bool {
        if case .connectTimeout? = error as? ChannelError { return true }
        guard let error = error as? NIOConnectionError, !error.connectionErrors.isEmpty else { return false }
        return error.connectionErrors.allSatisfy { Self.isTimeout($0.error) }
    }

    private static func connection(_ error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first { return Self.words(first.error) }
        return "the host name \(error.host) was not found (DNS)"
    }

    private static func address(_ error: SocketAddressError) -> String {
        if case .unknown(let host, _) = error { return "the host name \(host) was not found (DNS)" }
        return "the host name was not found (DNS)"
    }

    private static func system(_ code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "the connection was reset"
        case ETIMEDOUT: "no connection in time"
        case ENETUNREACH, EHOSTUNREACH: "the host cannot be reached"
        default: "network error \(code)"
        }
    }

    private static func tls(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let cause):
            let text = "\(cause)"
            return text.contains("CERTIFICATE_VERIFY_FAILED")
                ? "TLS: the provider's certificate is not trusted" : "TLS handshake failed: \(text)"
        case .uncleanShutdown: return "the TLS connection was cut off"
        default: return "TLS: \(error)"
        }
    }
}
