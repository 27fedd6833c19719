/// Which part of the calls of one class, and of those below it, is let in: all of them until the
/// class waits too long for two intervals on end, then less until it no longer does.
///
/// The reasoning is CoDel's (RFC 8289): the least wait of an interval tells a standing queue from a
/// burst. A value without a clock; times are nanoseconds.
struct AdmittedShare {
  /// From ``floor`` to 1.
  private(set) var value = 1.0
  private var lastWait: UInt64 = 0
  private var isOver = false
  /// When the last cut can first be seen: those who were let in before it wait as long as ever.
  private var settledAt: UInt64 = 0

  /// Some are always let in: without them nobody would see that the queue has gone.
  static let floor = 0.02
  private static let cut = 0.5...0.9
  private static let growth = (factor: 0.05, step: 0.005)
  private static let settlingMax: UInt64 = 1_000_000_000

  /// - Parameters:
  ///   - wait: the least wait of the interval that ends.
  ///   - limit: what is too long.
  ///   - elapsed: the interval's length, above zero.
  mutating func update(wait: UInt64, limit: UInt64, now: UInt64, elapsed: UInt64) {
    defer { lastWait = wait }
    guard wait > limit else {
      isOver = false
      // Between half of the limit and the limit nothing changes: a queue this long keeps the
      // server busy.
      if wait <= limit / 2 { grow(elapsed) }
      return
    }
    // 1. One interval is a spike.
    guard isOver else {
      isOver = true
      return
    }
    // 2. What was done shows only once those let in before have been served.
    guard now >= settledAt else { return }
    // 3. A queue that shrinks was cut enough.
    guard wait >= lastWait else { return }
    // A queue grows by (arriving − served) / arriving: what is left of 1 can be served.
    let slope = Double(wait - lastWait) / Double(elapsed)
    value = max(Self.floor, value * min(max(1 - slope, Self.cut.lowerBound), Self.cut.upperBound))
    settledAt = now &+ min(wait, Self.settlingMax)
  }

  /// From the floor to everything in about 5 seconds.
  private mutating func grow(_ elapsed: UInt64) {
    guard value < 1 else { return }
    let count = min(Double(elapsed) / Double(Pressure.interval), 10)
    value = min(1, value * (1 + Self.growth.factor * count) + Self.growth.step * count)
  }
}
