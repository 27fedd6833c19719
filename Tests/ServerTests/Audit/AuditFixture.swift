import Domain
import EventLoop
import Postgres
import Server
import Store
import TestSupport

/// A database with events, and what seals and verifies them.
struct AuditFixture: Sendable {
  let database: TestDatabase
  let loop: EventLoop
  let service: Database
  let system: Database

  static let acme = OrganizationID(UUID128(high: 0x0190_0000_0000_7000, low: 1 << 63 | 1))
  static let beta = OrganizationID(UUID128(high: 0x0190_0000_0000_7000, low: 1 << 63 | 2))

  static func with<Success: Sendable>(
    _ body: @escaping @Sendable (AuditFixture) async throws -> Success
  ) async throws -> Success {
    try await TestDatabase.with { database, loop in
      let service = Database(try database.configuration(), loop: loop, random: { 0 })
      return try await body(
        AuditFixture(
          database: database, loop: loop, service: service,
          system: try systemPool(database, loop)))
    }
  }

  /// Another process's way to the same database.
  static func systemPool(_ database: TestDatabase, _ loop: EventLoop) throws -> Database {
    var configuration = try DatabaseConfiguration(database.system)
    configuration.systemRole = nil
    configuration.narrowingQuestion = NarrowingQuestion.expression
    return Database(configuration, loop: loop, random: { 0 })
  }

  /// A transaction with `count` events, which is still to be committed.
  func begin(
    _ count: Int = 1, in organization: OrganizationID = acme
  ) async throws -> Transaction {
    let uuid = organization.uuid
    let transaction = try await service.begin(
      as: .organization(high: uuid.high, low: uuid.low), kind: .write, deadline: nil)
    _ = try await transaction.flush(Batch())
    let now = Timestamp(microseconds: transaction.time)
    var batch = Batch()
    for index in 0..<count {
      var event = Event(
        id: .make(at: now, random: (.random(in: 0...(.max)), .random(in: 0...(.max)))),
        organization: organization, at: now, actor: .system, action: .userCreated,
        target: EventTarget(.user, UUID128(high: 7, low: UInt64(index))))
      event.targetDetails = [UInt8(truncatingIfNeeded: index), 1, 2, 3]
      batch.add(InsertEvent(event))
    }
    _ = try await transaction.flush(batch)
    return transaction
  }

  func write(_ count: Int = 1, in organization: OrganizationID = acme) async throws {
    let transaction = try await begin(count, in: organization)
    _ = try await transaction.commit(Batch())
  }

  /// Seals until nothing is left.
  @discardableResult
  func seal(_ sealer: Sealer? = nil) async throws -> [EventSeal] {
    let sealer = sealer ?? Sealer(system)
    var seals: [EventSeal] = []
    while true {
      let outcome = try await sealer.seal()
      seals += outcome.seals
      guard outcome.isMore else { return seals }
    }
  }

  func verify(_ organization: OrganizationID = acme) async throws -> ChainVerifier.Report {
    try await ChainVerifier(system).verify(organization)
  }

  /// Rows as text, read by a superuser.
  @discardableResult
  func run(_ script: String) async throws -> [[String?]] {
    try await database.run(script, loop: loop)
  }
}

/// Numbers that a seed repeats (SplitMix64).
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
