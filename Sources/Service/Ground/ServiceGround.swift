package import Crypto
package import Domain
package import EventLoop
package import Postgres
package import RPC

/// What the services of all loops share.
package struct ServiceGround: Sendable {
  package let ring: KeyRing
  package let hashPool: HashPool
  /// The wall clock. Transactions take the database's instead; this one dates page tokens and
  /// judges expiries while no poll has told the database's time.
  package let now: @Sendable () -> Timestamp
  /// For the domains of organizations.
  package let textRecords: TextRecords
  /// What only operators may read of a failure. Called on the call's loop.
  package let report: @Sendable (_ failure: ServiceFailure, _ call: ServerCall) -> Void

  package init(
    ring: KeyRing, hashPool: HashPool, textRecords: TextRecords = .unavailable,
    now: @escaping @Sendable () -> Timestamp,
    report: @escaping @Sendable (_ failure: ServiceFailure, _ call: ServerCall) -> Void
  ) {
    self.ring = ring
    self.hashPool = hashPool
    self.textRecords = textRecords
    self.now = now
    self.report = report
  }

  /// 128 random bits, for one id.
  func random() -> (high: UInt64, low: UInt64) {
    let random = SecureRandom()
    var words: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &words) { random.fill($0) }
    return words
  }

  /// A new id of `instant`.
  func makeID<ID: ResourceID>(at instant: Timestamp) -> ID {
    ID.make(at: instant, random: random())
  }
}

/// What the calls of one loop share.
package final class ServiceLoop: @unchecked Sendable {
  // Safety: confined to `loop`, but `loop` itself, which is Sendable.

  package let loop: EventLoop
  package let database: Database
  let refusals = RefusalLog()
  /// Answers given again for a request id that had one; on `loop`.
  package internal(set) var replayCount: UInt64 = 0

  /// - Parameter database: confined to `loop`, with the login of `roster_service`.
  package init(loop: EventLoop, database: Database) {
    self.loop = loop
    self.database = database
  }
}
