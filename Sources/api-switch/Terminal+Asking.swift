import ArgumentParser
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension Terminal {
    /// Whether somebody can answer.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// Reads one secret from the standard input; what is typed is not shown.
    ///
    /// - Throws: ``CommandError`` when there is nothing to read.
    static func readSecret(_ name: String) throws(CommandError) -> String {
        let text: String
        if Self.isInteractive {
            Self.prompt("\(name): ")
            text = Self.withoutEcho { readLine() ?? "" }
            Self.prompt("\n")
        } else {
            var lines = ""
            while let line = readLine(strippingNewline: false) { lines += line }
            text = lines
        }
        let secret = text.trimmed
        guard !secret.isEmpty else {
            throw CommandError("the standard input holds no \(name); pipe it in, or use --api-key-env")
        }
        return secret
    }

    /// Asks for a yes; anything else is a no.
    static func confirm(_ question: String) -> Bool {
        Self.prompt("\(question) [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").trimmed.lowercased())
    }

    /// Questions go to the standard error, so that the standard output holds nothing but the answer.
    private static func prompt(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Foundationless.write(STDERR_FILENO, $0) }
    }

    private static func withoutEcho(_ body: () -> String) -> String {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return body() }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        return body()
    }
}

extension String {
    /// The text without white space around it.
    var trimmed: String {
        let rest = self.drop { $0.isWhitespace }
        return rest.lastIndex { !$0.isWhitespace }.map { String(rest[...$0]) } ?? ""
    }
}

/// Asking before something is removed.
struct ConfirmationOptions: ParsableArguments {
    @Flag(help: "Do not ask.")
    var yes = false

    /// Asks, unless the answer was given.
    ///
    /// - Throws: ``CommandError`` when the answer is no, or there is nobody to ask.
    func confirm(_ question: String) throws(CommandError) {
        guard !self.yes else { return }
        guard Terminal.isInteractive else {
            throw CommandError("there is no terminal to ask on, so nothing was removed; add --yes if you mean it")
        }
        guard Terminal.confirm(question) else { throw CommandError("not confirmed, so nothing was removed") }
    }
}
