import Glibc
import Logging

/// Whether the process may open as many descriptors as its connections need. Without a place for
/// them `accept` fails, and so do new links to PostgreSQL, for those who are served.
enum DescriptorBudget {
  /// For listeners, loops, files and the log.
  private static let spare = 64

  /// Raises the soft limit to the hard one and says how many connections fit beside the links to
  /// PostgreSQL; logs a warning when those are fewer than asked for.
  static func connectionsMax(asked: Int, databaseMax: Int, _ logger: Logger) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return asked }
    if limit.rlim_cur < limit.rlim_max {
      limit.rlim_cur = limit.rlim_max
      _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    let allowed = fitting(asked: asked, databaseMax: databaseMax, descriptors: limit.rlim_cur)
    if allowed < asked {
      logger.warning(
        "connections_beyond_descriptors",
        metadata: [
          "wanted": .stringConvertible(asked), "allowed": .stringConvertible(allowed),
          "remedy": "raise the hard limit of open files (LimitNOFILE), or lower limits.connections",
        ])
    }
    return allowed
  }

  /// At least one.
  static func fitting(asked: Int, databaseMax: Int, descriptors: UInt) -> Int {
    let places = Int(clamping: descriptors)
    return max(1, min(asked, places - databaseMax - spare))
  }
}
