import EventLoop
import Metrics
import Synchronization

/// What operators see of sealing. Every replica measures, whoever seals.
final class SealMetrics: Sendable {
  private struct Measure {
    /// The age of the first event that was not sealed.
    var lag: Duration
    var at: MonotonicInstant
  }

  private let measure = Mutex(Measure(lag: .zero, at: .now()))
  let failures: Counter

  init(_ registry: MetricRegistry) {
    failures = registry.counter(
      MetricFamily(
        "roster_audit_verify_failures", .counter,
        "Heads of event chains that the database has no more, at each look."))
    let family = MetricFamily(
      "roster_audit_seal_lag_seconds", .gauge,
      "At most as old is an event that no seal covers; grows while nobody can tell.")
    registry.ask(family) { [self] in
      let measure = measure.withLock { $0 }
      return (measure.lag + (MonotonicInstant.now() - measure.at)) / .seconds(1)
    }
  }

  func note(lag: Duration, at now: MonotonicInstant) {
    measure.withLock { $0 = Measure(lag: lag, at: now) }
  }
}
