/// The least speed of what a peer has begun to send, or to take.
package struct Pace: Hashable, Sendable {
  /// In this time at least `byteCount` octets must pass…
  package var timeout: Duration
  package var byteCount: Int
  /// …and from `rateGrace` on at least this many a second on the average; 0 for any.
  package var byteRateMin: Int
  package var rateGrace: Duration

  package init(
    timeout: Duration, byteCount: Int, byteRateMin: Int = 0, rateGrace: Duration = .seconds(10)
  ) {
    self.timeout = timeout
    self.byteCount = byteCount
    self.byteRateMin = byteRateMin
    self.rateGrace = rateGrace
  }
}

/// How far something had got at an instant, to be held against a `Pace` now and then.
package struct ProgressMark: Sendable {
  private var since: UInt64?
  private var byteCount = 0

  package init() {}

  /// Nothing is under way: the next look begins anew.
  package mutating func rest() { since = nil }

  /// - Parameters:
  ///   - byteCount: octets that have passed since the beginning; it never falls.
  ///   - now: a monotonic clock, in nanoseconds.
  /// - Returns: false when it goes slower than the pace.
  package mutating func keepsPace(_ byteCount: Int, at now: UInt64, _ pace: Pace) -> Bool {
    let passed = byteCount &- self.byteCount
    guard let since, passed < pace.byteCount else {
      self.since = now
      self.byteCount = byteCount
      return true
    }
    let elapsed = now &- since
    if elapsed >= pace.timeout.nanoseconds { return false }
    guard pace.byteRateMin > 0, elapsed >= pace.rateGrace.nanoseconds else { return true }
    let seconds = elapsed / 1_000_000_000
    return UInt64(clamping: passed) >= seconds &* UInt64(clamping: pace.byteRateMin)
  }
}
