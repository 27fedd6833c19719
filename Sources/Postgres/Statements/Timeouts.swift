internal import EventLoop

/// The server's limits for one flush, from what remains of the caller's deadline.
struct Timeouts: Hashable, Sendable {
  let statementMilliseconds: Int
  let lockMilliseconds: Int
  /// The deadline was nearer than the ceiling of the kind.
  let isDeadlineBound: Bool

  /// What the answer needs to travel back in time.
  static let marginMilliseconds = 5

  /// `nil` when too little remains to begin: the server would be told 0, which means no limit.
  init?(
    kind: StatementKind, deadline: MonotonicInstant?, now: MonotonicInstant
  ) {
    let ceiling = kind.timeoutMillisecondsMax
    guard let deadline else {
      self.init(statement: ceiling, remaining: ceiling, isDeadlineBound: false)
      return
    }
    guard deadline > now else { return nil }
    let remaining = Int(clamping: (deadline.nanoseconds - now.nanoseconds) / 1_000_000)
    let usable = remaining - Self.marginMilliseconds
    guard usable >= 1 else { return nil }
    self.init(
      statement: min(usable, ceiling), remaining: min(remaining, ceiling),
      isDeadlineBound: usable < ceiling)
  }

  private init(statement: Int, remaining: Int, isDeadlineBound: Bool) {
    statementMilliseconds = statement
    lockMilliseconds = max(1, remaining / 2)
    self.isDeadlineBound = isDeadlineBound
  }

  /// Worth a statement of its own: beyond what a turn of the loop takes.
  func isMuchShorter(than other: Timeouts) -> Bool {
    statementMilliseconds < other.statementMilliseconds - max(5, other.statementMilliseconds / 16)
  }
}
