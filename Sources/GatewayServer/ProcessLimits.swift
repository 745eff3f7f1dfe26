#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NIOCore
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Limits of the process.
enum ProcessLimits {
    /// Lets the process open as many files as the system allows; every stream needs two.
    static func raiseOpenFiles() {
        #if os(Linux)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }

    /// Keeps SIGHUP from ending the process until ``FrontService`` listens to it.
    static func ignoreReloadSignal() { signal(SIGHUP, SIG_IGN) }

    /// Processors that this process may run on.
    ///
    /// `System.coreCount` counts all there are; two event loops that share one processor only take it from each other.
    static var processorCount: Int {
        #if os(Linux)
        if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") }),
            let count = Self.count(list: line.dropFirst("Cpus_allowed_list:".count).filter { !$0.isWhitespace })
        {
            return min(count, System.coreCount)
        }
        #endif
        return System.coreCount
    }

    /// How many numbers a list such as `0-3,8` names; `nil` when it is none.
    static func count(list: String) -> Int? {
        var total = 0
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let lower = ends.first ?? nil, let upper = ends.last ?? nil, ends.count <= 2, lower <= upper else {
                return nil
            }
            total += upper - lower + 1
        }
        return total > 0 ? total : nil
    }
}
