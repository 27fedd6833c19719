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
    /// From when on the next event may be written.
    var dueAt: MonotonicInstant
    /// Refusals that no event told of.
    var count: Int
  }

  static let interval = Duration.seconds(60)
  /// Until the next try of an event that could not be written.
  static let retryInterval = Duration.seconds(1)
  /// Keys kept: what a caller can make of them is bounded by methods, reasons and organizations.
  static let keyCountMax = 4_096

  private var entries: [Key: Entry] = [:]

  /// Counts a refusal.
  /// - Returns: how many refusals an event written now tells of; nil: none is due.
  func note(_ key: Key, at now: MonotonicInstant) -> Int? {
    guard let entry = entries[key] else {
      if entries.count >= Self.keyCountMax { forgetQuiet(at: now) }
      guard entries.count < Self.keyCountMax else { return nil }
      entries[key] = Entry(dueAt: now.advanced(by: Self.interval), count: 0)
      return 1
    }
    guard now >= entry.dueAt else {
      entries[key]?.count += 1
      return nil
    }
    entries[key] = Entry(dueAt: now.advanced(by: Self.interval), count: 0)
    return entry.count + 1
  }

  /// Takes back a count whose event was not written: a later one tells of it.
  func giveBack(_ key: Key, count: Int, at now: MonotonicInstant) {
    entries[key] = Entry(
      dueAt: now.advanced(by: Self.retryInterval), count: (entries[key]?.count ?? 0) + count)
  }

  private func forgetQuiet(at now: MonotonicInstant) {
    entries = entries.filter { now < $0.value.dueAt }
  }
}
