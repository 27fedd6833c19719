internal import EventLoop

/// How long callers wait in one queue, told by the turns of the loop alone.
struct QueueGauge {
  /// The least wait of those served since the last reading.
  private var least = UInt64.max
  /// The longest of those who left unserved.
  private var abandoned: UInt64 = 0

  mutating func served(after wait: UInt64) { least = min(least, wait) }

  mutating func left(after wait: UInt64) { abandoned = max(abandoned, wait) }

  /// The least wait of those served since the last reading, in nanoseconds; when nobody was, the
  /// longest of those who still wait or left.
  /// - Parameter oldest: since when the first in the queue waits.
  mutating func read(at now: UInt64, oldest: MonotonicInstant?) -> UInt64 {
    defer { self = QueueGauge() }
    guard least == .max else { return least }
    guard let since = oldest?.nanoseconds, since < now else { return abandoned }
    return max(abandoned, now - since)
  }
}

/// How long callers of one ``Database`` wait for it, in nanoseconds.
package struct DatabaseWaits: Hashable, Sendable {
  /// Of reads: for a place in a shared Sync, or for a connection.
  package let lookup: UInt64
  /// Of transactions.
  package let write: UInt64
  /// Of lists and bulk work.
  package let bulk: UInt64
}
