import Crypto
import EventLoop
import Logging
import Postgres
import Service
import Store

/// The chores of a database that serves: months for events to come, room where stored answers were,
/// and the events of what has ended by itself. Every replica does them; each step is safe when
/// several run at once.
struct Upkeep: Sendable {
  private static let partitionInterval = Duration.seconds(3600)
  private static let answersInterval = Duration.seconds(60)
  private static let sweepInterval = Duration.seconds(10)
  /// Thousands of stored answers deleted before the next pause.
  private static let answersRoundsMax = 100

  private let database: Database
  private let keys: KeyRing
  private let logger: Logger

  /// - Parameter database: logged in as roster_system.
  init(_ database: Database, keys: KeyRing, _ logger: Logger) {
    self.database = database
    self.keys = keys
    self.logger = logger
  }

  /// Goes on for as long as the process lives.
  func start() {
    Task(executorPreference: database.loop) {
      while true {
        await attempt("event_partitions", makePartitions)
        try await database.loop.sleep(for: Self.partitionInterval)
      }
    }
    Task(executorPreference: database.loop) {
      while true {
        try await database.loop.sleep(for: Self.answersInterval)
        await attempt("expired_answers", deleteExpiredAnswers)
      }
    }
    Task(executorPreference: database.loop) {
      while true {
        try await database.loop.sleep(for: Self.sweepInterval)
        await attempt("expired_roles", recordExpiredRoles)
      }
    }
  }

  /// A chore that fails is tried again at its next time.
  private func attempt(
    _ name: String, _ body: () async throws(DatabaseError) -> Void
  ) async {
    do {
      try await body()
    } catch {
      logger.error(
        "upkeep_failed", metadata: ["job": .string(name), "reason": .string(error.text)])
    }
  }

  private func makePartitions() async throws(DatabaseError) {
    let made = try await database.read(MakeEventPartitions(), as: .system, deadline: nil)
    if let count = made.first, count > 0 {
      logger.notice("event_partitions_made", metadata: ["count": .stringConvertible(count)])
    }
  }

  private func deleteExpiredAnswers() async throws(DatabaseError) {
    for _ in 0..<Self.answersRoundsMax {
      let deleted = try await database.read(DeleteExpiredAnswers(), as: .system, deadline: nil)
      guard deleted.first == 1000 else { return }
    }
  }

  private func recordExpiredRoles() async throws(DatabaseError) {
    let outcome = try await RoleSweep(database, ring: keys).sweep()
    guard outcome != RoleSweep.Outcome() else { return }
    logger.notice(
      "roles_expired",
      metadata: [
        "grants": .stringConvertible(outcome.expiredGrants),
        "requests": .stringConvertible(outcome.expiredRequests),
      ])
  }
}
