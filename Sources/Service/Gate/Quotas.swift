import Domain
import Synchronization

/// How many calls each service identity may make (`quotas.calls_per_second`, `quotas.burst`).
package struct QuotaLimits: Hashable, Sendable {
  /// Of one identity on this replica, from 0 to 10,000,000; 0: as many as it likes.
  package var callsPerSecond: Int
  /// Calls at once after a rest, from 0 to 10,000,000; 0: as many as in one second.
  package var burst: Int

  package init(callsPerSecond: Int = 0, burst: Int = 0) {
    self.callsPerSecond = min(max(callsPerSecond, 0), Self.countMax)
    self.burst = min(max(burst, 0), Self.countMax)
  }

  private static let countMax = 10_000_000

  /// Between two calls at the full rate, in nanoseconds.
  fileprivate var spacing: UInt64 {
    callsPerSecond > 0 ? max(1, 1_000_000_000 / UInt64(callsPerSecond)) : 0
  }

  fileprivate var tolerance: UInt64 {
    UInt64(max((burst > 0 ? burst : callsPerSecond) - 1, 0)) * spacing
  }
}

/// The quotas of all service identities, over all loops. What is refused here is the caller's own
/// excess, RESOURCE_EXHAUSTED; what the server can't do is UNAVAILABLE, and told by RPC.
package final class Quotas: Sendable {
  /// Whether a call is within its identity's quota.
  enum Verdict: Hashable {
    case granted
    /// - Parameter retryAfter: nanoseconds until one will be granted.
    case exceeded(callsPerSecond: Int, retryAfter: UInt64)
  }

  /// Identities remembered at once; those beyond share what one may use.
  static let identitiesMax = 4_096

  private let callsPerSecond = Atomic<Int>(0)
  private let spacing = Atomic<UInt64>(0)
  private let tolerance = Atomic<UInt64>(0)
  private let buckets = Mutex<[ServiceTokenID: QuotaBucket]>([:])
  private let common = QuotaBucket()

  package init(_ limits: QuotaLimits = QuotaLimits()) {
    set(limits)
  }

  /// Holds from the next call on; what identities have used is kept. From any thread.
  package func set(_ limits: QuotaLimits) {
    callsPerSecond.store(limits.callsPerSecond, ordering: .relaxed)
    tolerance.store(limits.tolerance, ordering: .relaxed)
    spacing.store(limits.spacing, ordering: .relaxed)
  }

  var isOn: Bool { spacing.load(ordering: .relaxed) > 0 }

  /// The bucket of an identity; a connection keeps it with the credential.
  func bucket(of identity: ServiceTokenID, at now: UInt64) -> QuotaBucket {
    buckets.withLock { buckets in
      if let bucket = buckets[identity] { return bucket }
      if buckets.count >= Self.identitiesMax {
        buckets = buckets.filter { !$0.value.isEmpty(at: now) }
      }
      guard buckets.count < Self.identitiesMax else { return common }
      let bucket = QuotaBucket()
      buckets[identity] = bucket
      return bucket
    }
  }

  func take(from bucket: QuotaBucket, at now: UInt64) -> Verdict {
    let wait = bucket.take(
      at: now, spacing: spacing.load(ordering: .relaxed),
      tolerance: tolerance.load(ordering: .relaxed))
    guard let wait else { return .granted }
    return .exceeded(
      callsPerSecond: callsPerSecond.load(ordering: .relaxed), retryAfter: wait)
  }
}
