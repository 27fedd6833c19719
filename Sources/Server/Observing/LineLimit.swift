package import EventLoop

/// Keeps peers from filling the log: of each event so many lines a second, the rest is counted.
/// Confined to one loop.
package struct LineLimit {
  private struct Window {
    var end: MonotonicInstant
    var writtenCount = 0
    var untoldCount = 0
  }

  package static let interval = Duration.seconds(1)

  // Names of events are ours, and few.
  private var windows: [String: Window] = [:]

  package init() {}

  /// - Parameter max: lines of this event in one interval.
  /// - Returns: how many lines were left out since the last one; nil: leave this one out, too.
  package mutating func admit(_ event: String, max: Int, at now: MonotonicInstant) -> Int? {
    var window = windows[event] ?? Window(end: now.advanced(by: Self.interval))
    defer { windows[event] = window }
    if now >= window.end {
      window.end = now.advanced(by: Self.interval)
      window.writtenCount = 0
    }
    guard window.writtenCount < max else {
      window.untoldCount += 1
      return nil
    }
    window.writtenCount += 1
    defer { window.untoldCount = 0 }
    return window.untoldCount
  }

  /// The events of which lines were left out and none has told since; they count as told now.
  package mutating func untold(at now: MonotonicInstant) -> [(event: String, count: Int)] {
    var told: [(event: String, count: Int)] = []
    for (event, window) in windows where window.untoldCount > 0 && now >= window.end {
      told.append((event, window.untoldCount))
      windows[event]?.untoldCount = 0
    }
    return told.sorted { $0.event < $1.event }
  }
}
