import EventLoop
import Logging
import Postgres
import Service

/// Sweeps away what has expired, in whichever process holds the lock `roster.sweep`. Nobody waits
/// for it: an expiry is judged where it is used.
struct Sweeper: Sendable {
  /// Beside those of the pool.
  static let lockConnections = 1

  private static let interval = Duration.seconds(10)
  /// Steps of one kind before the others have their turn again.
  private static let roundsMax = 100

  private let loop: EventLoop
  private let lock: JobLock
  private let kinds: [any ExpirySweep]
  private let logger: Logger

  /// - Parameter database: logged in as roster_system; the lock logs in as it does.
  init(_ database: Database, _ kinds: [any ExpirySweep], _ logger: Logger) {
    loop = database.loop
    self.kinds = kinds
    self.logger = logger
    lock = JobLock("roster.sweep", database.configuration.conninfo, on: database.loop)
  }

  /// Goes on for as long as the process lives.
  func start() {
    Task(executorPreference: loop) {
      while true {
        try await loop.sleep(for: Self.interval)
        await sweep()
      }
    }
  }

  /// Sweeps once, if this process is the one to do it.
  func sweep() async {
    guard await lock.hold() else { return }
    for kind in kinds { await sweep(kind) }
  }

  private func sweep(_ kind: any ExpirySweep) async {
    do throws(ServiceFailure) {
      for _ in 0..<Self.roundsMax {
        guard try await kind.step() > 0 else { return }
      }
    } catch {
      logger.error(
        "upkeep_failed",
        metadata: ["job": .string("sweep_\(kind.name)"), "reason": .string(error.operatorText)])
    }
  }
}
