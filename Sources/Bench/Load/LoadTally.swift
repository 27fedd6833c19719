/// Counts of one run, shared by its connections, all on one thread.
final class LoadTally {
  private(set) var successCount = 0
  private(set) var failureCount = 0
  private(set) var firstFailure: String?
  private var index = 0
  /// In nanoseconds.
  private var latencies: [UInt64] = []
  private let interval: Int

  /// - Parameter interval: of how many successes one is timed.
  init(every interval: Int = 16) {
    self.interval = interval
  }

  func nextIndex() -> Int {
    defer { index += 1 }
    return index
  }

  func succeeded(nanoseconds: UInt64) {
    successCount += 1
    if successCount % interval == 0 { latencies.append(nanoseconds) }
  }

  func failed(_ reason: String) {
    failureCount += 1
    if firstFailure == nil { firstFailure = reason }
  }

  /// Forgets what was counted while the server warmed up; failures stay.
  func restart() {
    successCount = 0
    latencies.removeAll(keepingCapacity: true)
  }

  /// The latency below which a `share` of the calls stayed, in microseconds.
  func latency(_ share: Double) -> Double {
    guard !latencies.isEmpty else { return 0 }
    let sorted = latencies.sorted()
    return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1_000
  }
}
