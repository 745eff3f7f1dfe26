import Configuration

/// The gateway's configuration, in files where GRDB's type of the same name is about as well.
typealias GatewayState = Configuration
