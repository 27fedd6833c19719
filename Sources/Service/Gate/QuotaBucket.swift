import Synchronization

/// What one service identity has used of its calls, as the instant at which it will have used
/// nothing (GCRA, ITU-T I.371). Shared by every connection of the identity, on all loops.
final class QuotaBucket: Sendable {
  /// In nanoseconds of the loops' clock.
  private let emptyAt = Atomic<UInt64>(0)

  /// Takes one call.
  /// - Parameters:
  ///   - spacing: between two calls at the full rate, in nanoseconds.
  ///   - tolerance: how far ahead of that rate calls may come, in nanoseconds.
  /// - Returns: nil, or how long it is until one will be granted, in nanoseconds.
  func take(at now: UInt64, spacing: UInt64, tolerance: UInt64) -> UInt64? {
    var seen = emptyAt.load(ordering: .relaxed)
    while true {
      let start = max(seen, now)
      guard start - now <= tolerance else { return start - now - tolerance }
      let (exchanged, original) = emptyAt.weakCompareExchange(
        expected: seen, desired: start &+ spacing, ordering: .relaxed)
      if exchanged { return nil }
      seen = original
    }
  }

  /// Nothing of it is used: it need not be remembered.
  func isEmpty(at now: UInt64) -> Bool { emptyAt.load(ordering: .relaxed) <= now }
}
