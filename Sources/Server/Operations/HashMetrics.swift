import Crypto
import Metrics
import Synchronization

/// The pool for hashing, counted. Its threads share one histogram behind a lock: an entry there
/// took a hundred milliseconds.
final class HashMetrics: Sendable {
  private let seconds: Mutex<Histogram>

  private init(_ histogram: Histogram) {
    seconds = Mutex(histogram)
  }

  static func pool(in registry: MetricRegistry) -> HashPool {
    let metrics = HashMetrics(
      registry.histogram(.latency("roster_hash_seconds", "What a password's hash took.")))
    let pool = HashPool(measured: { nanoseconds in
      metrics.seconds.withLock { $0.observe(nanoseconds: nanoseconds) }
    })
    registry.ask(MetricFamily("roster_hash_pool_busy", .gauge, "Threads that hash.")) {
      Double(pool.busyCount)
    }
    registry.ask(MetricFamily("roster_hash_queue_depth", .gauge, "Hashes that wait.")) {
      Double(pool.queuedCount)
    }
    return pool
  }
}
