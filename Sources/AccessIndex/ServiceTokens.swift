package import Domain
package import EventLoop
import Synchronization

/// Every live service token, in memory, for any thread to ask.
///
/// A token revoked by a transaction that committed ``revocationWait`` ago is never valid here. Why:
/// an answer from memory needs a clock read before the deadline, the deadline is ``lease`` −
/// ``margin`` after the *sending* of a poll, so that poll was sent after the commit and saw it.
/// (coherence.md R1-R5; P1 by the cap alone.)
package final class ServiceTokens: Sendable {
  /// How long after its sending a poll may be relied on, `margin` included.
  package static let lease = Duration.seconds(1)
  /// Twice the drift of two clocks over a lease, and the slack of timers.
  package static let margin = Duration.milliseconds(50)
  /// What a revocation waits after its commit before it returns, and a creation too: from then on
  /// every replica knows of it or asks the database.
  package static let revocationWait = lease + margin

  /// What memory knows of a secret's hash.
  package enum Answer: Hashable, Sendable {
    /// A connection may keep the token with `version` and ask ``holds(_:version:)`` each call.
    case valid(ServiceToken, version: UInt64)
    /// No such token, or revoked, or expired.
    case unknown
    /// Memory is too old to tell: ask the database, with a statement sent from now on.
    case stale
  }

  struct Table: Sendable {
    var version: UInt64 = 0
    var tokens: [TokenHash: ServiceToken] = [:]
  }

  /// Nanoseconds of CLOCK_BOOTTIME; 0 means never.
  private let deadline = Atomic<UInt64>(0)
  private let version = Atomic<UInt64>(0)
  /// Database time less CLOCK_BOOTTIME, in microseconds.
  private let timeOffset = Atomic<Int64>(0)
  private let table = Guarded(Table())
  private let clock: @Sendable () -> MonotonicInstant

  /// Empty and stale until the first poll.
  package init(clock: @escaping @Sendable () -> MonotonicInstant = { .now() }) {
    self.clock = clock
  }

  /// Whether answers come from memory now.
  package var isReady: Bool { loadDeadline() > clock() }

  /// Tokens held, expired ones included until a poll drops them.
  package var count: Int { table.withLock { $0.tokens.count } }

  /// Call it once the request's bytes are read: the clock is read inside, since an instant of
  /// before (such as the turn's) would pass a request that came after the deadline.
  package func lookup(_ hash: TokenHash) -> Answer {
    // 1. The deadline before the table, so that the table is no older than the deadline's poll.
    let deadline = loadDeadline()
    // 2. The clock itself, never a flag that a timer sets: after a pause it would still be up.
    let now = clock()
    guard now < deadline else { return .stale }
    return read(hash, at: now)
  }

  /// Whether a token that ``lookup(_:)`` returned with `version` is still what it would return:
  /// three loads and a clock. When false, look it up again.
  package func holds(_ token: ServiceToken, version kept: UInt64) -> Bool {
    let deadline = loadDeadline()
    let now = clock()
    guard now < deadline, version.load(ordering: .relaxed) == kept else { return false }
    guard let expiresAt = token.expiresAt else { return true }
    return databaseTime(at: now) < expiresAt
  }

  func loadDeadline() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: deadline.load(ordering: .acquiring))
  }

  func read(_ hash: TokenHash, at now: MonotonicInstant) -> Answer {
    let (found, version) = table.withLock { ($0.tokens[hash], $0.version) }
    guard let token = found, token.isValid(at: databaseTime(at: now)) else { return .unknown }
    return .valid(token, version: version)
  }

  private func databaseTime(at now: MonotonicInstant) -> Timestamp {
    let (sum, isOver) = Int64(clamping: now.nanoseconds / 1_000)
      .addingReportingOverflow(timeOffset.load(ordering: .relaxed))
    // Past the end of time every expiry has come.
    return Timestamp(microseconds: isOver ? .max : sum)
  }
}

/// Called by the poller alone, in this order.
extension ServiceTokens {
  /// 1. The table; readers see the old one whole or the new one whole.
  func publish(_ new: Table, timeOffset offset: Int64) {
    timeOffset.store(offset, ordering: .relaxed)
    table.withLock { $0 = new }
    version.store(new.version, ordering: .relaxed)
  }

  /// 2. The deadline, after all that it vouches for.
  func publish(deadline instant: MonotonicInstant) {
    deadline.store(instant.nanoseconds, ordering: .releasing)
  }

  /// Answers nothing from memory until the next deadline: what is known may be another cluster's.
  func lapse() {
    deadline.store(0, ordering: .releasing)
  }
}
