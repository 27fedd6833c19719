import EventLoop
import Logging
import Postgres
import Service

/// Records what has ended by itself, every few seconds, in whichever replica holds `roster.sweep`.
/// What holds is judged where it is used, so that nobody waits for it.
final class Sweeping: @unchecked Sendable {
  // Safety: confined to the loop of its database.
  private static let interval = Duration.seconds(10)

  private let database: Database
  private let lock: JobLock
  private let sweeper: Sweeper
  private let logger: Logger

  private init(_ database: Database, _ lock: JobLock, _ logger: Logger) {
    self.database = database
    self.lock = lock
    self.logger = logger
    sweeper = Sweeper(database)
  }

  /// Goes on for as long as the process lives.
  /// - Parameter database: logged in as roster_system.
  static func start(_ database: Database, _ logger: Logger) {
    let loop = database.loop
    let lock = JobLock("roster.sweep", database.configuration.conninfo, on: loop)
    let sweeping = Sweeping(database, lock, logger)
    loop.execute { sweeping.run() }
  }

  private func run() {
    Task(executorPreference: database.loop) { [self] in
      while true {
        try await database.loop.sleep(for: Self.interval)
        if await lock.hold() { await sweep() }
      }
    }
  }

  private func sweep() async {
    do throws(DatabaseError) {
      let outcome = try await sweeper.sweep()
      guard outcome != Sweeper.Outcome() else { return }
      logger.notice(
        "users_swept",
        metadata: [
          "unlocked": .stringConvertible(outcome.unlocked),
          "reactivated": .stringConvertible(outcome.reactivated),
          "purged": .stringConvertible(outcome.purged),
        ])
    } catch {
      logger.error(
        "upkeep_failed", metadata: ["job": "sweep", "reason": .string(error.text)])
    }
  }
}
