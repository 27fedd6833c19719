/// Keeps a client's keepalive to its pace (gRFC A8): a strike for each period of
/// `AbuseLimits.pingMinTime` in which a second PING comes. Bursts are the business of
/// `AbuseLimits.pings`.
struct PingStrikes: Sendable {
  /// The PING that began the period; nil before the first.
  private var lastPing: UInt64?
  private var isStruck = false
  private var count = 0

  init(lastPing: UInt64? = nil) {
    self.lastPing = lastPing
  }

  /// Judges a PING before which we sent neither HEADERS nor DATA.
  /// - Returns: false once there are more strikes than `AbuseLimits.pingStrikesMax`.
  mutating func ping(at now: UInt64, within limits: AbuseLimits) -> Bool {
    guard let last = lastPing, now &- last < Self.period(limits) else {
      lastPing = now
      isStruck = false
      return true
    }
    guard !isStruck else { return true }
    isStruck = true
    count += 1
    return count <= limits.pingStrikesMax
  }

  /// Less a tenth: what a client sends on time may arrive too soon after one that was held up.
  private static func period(_ limits: AbuseLimits) -> UInt64 {
    let nanoseconds = limits.pingMinTime.nanoseconds
    return nanoseconds - nanoseconds / 10
  }
}

extension Duration {
  /// Whole nanoseconds, from none to 292 years.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : product &+ UInt64(attoseconds) / 1_000_000_000
  }
}
