import EventLoop
import Logging
import Postgres
import Synchronization

/// Tells of polls that fail, four a second while the database is away, once in ten seconds.
final class PollFailures: Sendable {
  private static let interval = Duration.seconds(10)

  private struct State {
    var toldAt: MonotonicInstant?
    var untold = 0
  }

  private let state = Mutex(State())
  private let logger: Logger

  init(_ logger: Logger) {
    self.logger = logger
  }

  func note(_ error: DatabaseError, at now: MonotonicInstant = .now()) {
    let count: Int? = state.withLock { state in
      state.untold += 1
      if let toldAt = state.toldAt, now - toldAt < Self.interval { return nil }
      defer { state = State(toldAt: now, untold: 0) }
      return state.untold
    }
    guard let count else { return }
    logger.warning(
      "token_poll_failed",
      metadata: ["count": .stringConvertible(count), "reason": .string(error.text)])
  }
}
