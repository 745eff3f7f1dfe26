/// The version of the program.
public enum GatewayVersion {
    /// As `MAJOR.MINOR.PATCH`; see `CHANGELOG.md`.
    public static let current = "0.1.0"
}
