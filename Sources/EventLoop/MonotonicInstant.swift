internal import CLinux

/// An instant of CLOCK_BOOTTIME: never set back, and it goes on while the machine sleeps.
package struct MonotonicInstant: Comparable, Hashable, Sendable {
  /// Nanoseconds since the machine started.
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// Later than every instant that a clock returns: the deadline of what has none.
  package static let distantFuture = MonotonicInstant(nanoseconds: .max)

  /// Reads the clock (about 20 ns).
  package static func now() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: linux_boottime_nanoseconds())
  }

  /// The instant `duration` later, or earlier when it is negative; saturates at both ends.
  package func advanced(by duration: Duration) -> MonotonicInstant {
    let step = duration.saturatedNanoseconds
    if step >= 0 {
      let (sum, overflow) = nanoseconds.addingReportingOverflow(UInt64(step))
      return MonotonicInstant(nanoseconds: overflow ? .max : sum)
    }
    let magnitude = step.magnitude
    return MonotonicInstant(nanoseconds: magnitude > nanoseconds ? 0 : nanoseconds - magnitude)
  }

  package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The time from `right` to `left`: negative when `left` is the earlier one.
  package static func - (left: MonotonicInstant, right: MonotonicInstant) -> Duration {
    if left >= right {
      return .nanoseconds(Int64(clamping: left.nanoseconds - right.nanoseconds))
    }
    return .nanoseconds(-Int64(clamping: right.nanoseconds - left.nanoseconds))
  }
}

extension Duration {
  /// The whole nanoseconds, held at the ends of Int64 (292 years).
  package var saturatedNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    return carry ? (seconds < 0 ? .min : .max) : sum
  }
}
