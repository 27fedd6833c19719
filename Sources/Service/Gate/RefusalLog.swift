import Domain
import EventLoop

/// Which refusals became events lately: one a minute for each organization, principal, method and
/// reason, which carries the count of those before it. Confined to its loop.
final class RefusalLog {
  struct Key: Hashable {
    let organization: OrganizationID
    let principal: Principal
    let method: String
    let reason: String
  }

  private struct Entry {
    var writtenAt: MonotonicInstant
    /// Refusals since then.
    var count: Int
  }

  static let interval = Duration.seconds(60)
  /// Keys kept: what a caller can make of them is bounded by methods, reasons and organizations.
  static let keyCountMax = 4_096

  private var entries: [Key: Entry] = [:]

  /// Counts a refusal.
  /// - Returns: how many refusals an event written now tells of; nil: none is due.
  func note(_ key: Key, at now: MonotonicInstant) -> Int? {
    guard let entry = entries[key] else {
      if entries.count >= Self.keyCountMax { forgetQuiet(at: now) }
      guard entries.count < Self.keyCountMax else { return nil }
      entries[key] = Entry(writtenAt: now, count: 0)
      return 1
    }
    guard now - entry.writtenAt >= Self.interval else {
      entries[key]?.count += 1
      return nil
    }
    entries[key] = Entry(writtenAt: now, count: 0)
    return entry.count + 1
  }

  private func forgetQuiet(at now: MonotonicInstant) {
    entries = entries.filter { now - $0.value.writtenAt < Self.interval }
  }
}
