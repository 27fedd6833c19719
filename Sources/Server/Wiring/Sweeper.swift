import EventLoop
import Logging
import Postgres
import Service

/// Sweeps away what has expired, in whichever process holds the lock `roster.sweep`. Nobody waits
/// for it: an expiry is judged where it is used.
struct Sweeper: Sendable {
  /// Beside those of the pool.
  static let lockConnections = 1

  private static let interval = Duration.seconds(30)
  /// Steps of one kind before the others have their turn again.
  private static let roundsMax = 100

  private let database: Database
  private let lock: JobLock
  private let kinds: [any ExpirySweep]
  private let logger: Logger

  /// - Parameters:
  ///   - database: logged in as roster_system.
  ///   - conninfo: of the same login, for the lock.
  init(
    _ database: Database, _ conninfo: Conninfo, _ kinds: [any ExpirySweep], _ logger: Logger
  ) {
    self.database = database
    self.kinds = kinds
    self.logger = logger
    lock = JobLock("roster.sweep", conninfo, loop: database.loop)
  }

  /// Goes on for as long as the process lives.
  func start() {
    Task(executorPreference: database.loop) {
      while true {
        try await database.loop.sleep(for: Self.interval)
        await sweep()
      }
    }
  }

  /// Sweeps once, if this process is the one to do it.
  func sweep() async {
    do {
      guard try await lock.isHeld() else { return }
    } catch {
      logger.error(
        "upkeep_failed", metadata: ["job": "sweep", "reason": .string(error.text)])
      return
    }
    for kind in kinds { await sweep(kind) }
  }

  private func sweep(_ kind: any ExpirySweep) async {
    do throws(ServiceFailure) {
      for _ in 0..<Self.roundsMax {
        guard try await kind.step(database) > 0 else { return }
      }
    } catch {
      logger.error(
        "upkeep_failed",
        metadata: ["job": .string("sweep_\(kind.name)"), "reason": .string(error.operatorText)])
    }
  }
}
