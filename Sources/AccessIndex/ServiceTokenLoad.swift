import Domain
import EventLoop

/// What the polls have told so far; the one writer of ``ServiceTokens``. No I/O and no clock.
struct ServiceTokenLoad {
  enum Outcome: Hashable {
    case published
    /// The answer is of another history than what it was to be added to: ask for everything.
    case reload
  }

  /// What the next poll asks after; nil for everything.
  private(set) var cursor: ServiceTokenCursor?
  private var table = ServiceTokens.Table()

  /// - Parameter sent: the local clock read *before* the poll was sent. The answer may have seen
  ///   the database as it was then, whenever it came: anchoring at its arrival would promise too
  ///   much by the time it travelled.
  mutating func apply(
    _ poll: ServiceTokenPoll, sentAt sent: MonotonicInstant, to tokens: ServiceTokens
  ) -> Outcome {
    guard take(poll) else {
      tokens.lapse()
      return .reload
    }
    tokens.publish(table, timeOffset: Self.timeOffset(poll, sent))
    tokens.publish(deadline: Self.deadline(sent))
    return .published
  }

  static func deadline(_ sent: MonotonicInstant) -> MonotonicInstant {
    sent.advanced(by: ServiceTokens.lease - ServiceTokens.margin)
  }

  /// Anchored at the sending as well: database time is then never estimated too early, and an
  /// expiry never missed.
  static func timeOffset(_ poll: ServiceTokenPoll, _ sent: MonotonicInstant) -> Int64 {
    poll.databaseTime.microseconds
      .subtractingReportingOverflow(Int64(clamping: sent.nanoseconds / 1_000)).partialValue
  }

  /// False when the answer can't be added to what is held.
  mutating func take(_ poll: ServiceTokenPoll) -> Bool {
    if let cursor, cursor.history != poll.cursor.history {
      self.cursor = nil
      return false
    }
    // A whole load is built aside and swapped: readers never meet a table half filled.
    var tokens = cursor == nil ? [:] : table.tokens
    for change in poll.changes {
      let isValid = change.token?.isValid(at: poll.databaseTime) == true
      tokens[change.hash] = isValid ? change.token : nil
    }
    if cursor == nil || !poll.changes.isEmpty {
      table = ServiceTokens.Table(version: table.version &+ 1, tokens: tokens)
    }
    cursor = poll.cursor
    return true
  }

  var current: ServiceTokens.Table { table }
}
