import EventLoop
import Logging
import Postgres
import Synchronization

/// Tells of what fails again and again, such as polls while the database is away, once in ten
/// seconds.
final class PollFailures: Sendable {
  private static let interval = Duration.seconds(10)

  private struct State {
    var toldAt: MonotonicInstant?
    var untold = 0
  }

  private let state = Mutex(State())
  private let logger: Logger
  private let event: Logger.Message

  init(_ logger: Logger, event: Logger.Message = "token_poll_failed") {
    self.logger = logger
    self.event = event
  }

  func note(_ error: DatabaseError) {
    note(reason: error.text)
  }

  func note(reason: String, at now: MonotonicInstant = .now()) {
    let count: Int? = state.withLock { state in
      state.untold += 1
      if let toldAt = state.toldAt, now - toldAt < Self.interval { return nil }
      defer { state = State(toldAt: now, untold: 0) }
      return state.untold
    }
    guard let count else { return }
    logger.warning(
      event, metadata: ["count": .stringConvertible(count), "reason": .string(reason)])
  }
}
