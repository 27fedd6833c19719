internal import EventLoop

/// Which handshakes of a loop run and which wait, without I/O.
///
/// A handshake costs half a millisecond of the loop and tens of kilobytes, and its peer decides how
/// long that lasts: so few run at once. Those that come next wait in turn, unread, so that a burst
/// of honest clients is served late instead of not at all; what can't be served within the deadline
/// anyway is closed. While somebody waits, a peer that dawdles loses its place.
struct HandshakeQueue<Member: AnyObject> {
  enum Entry: Equatable {
    case begins
    case waits
    case full
  }

  private struct Running {
    let member: Member
    let since: MonotonicInstant
  }

  struct Limits {
    let runningMax: Int
    let waitingMax: Int
    /// How long one may run while others wait.
    let patience: Duration
  }

  /// Those that run and wait already keep their places when it changes.
  var limits: Limits
  /// The oldest first.
  private var running: [Running] = []
  private var waiting: [Member] = []

  init(_ limits: Limits) {
    self.limits = limits
  }

  mutating func enter(_ member: Member, at now: MonotonicInstant) -> Entry {
    if running.count < limits.runningMax, waiting.isEmpty {
      running.append(Running(member: member, since: now))
      return .begins
    }
    guard waiting.count < limits.waitingMax else { return .full }
    waiting.append(member)
    return .waits
  }

  /// Forgets a member wherever it is. The next in turn runs from `now`, and is returned.
  mutating func leave(_ member: Member, at now: MonotonicInstant) -> Member? {
    if let index = running.firstIndex(where: { $0.member === member }) {
      running.remove(at: index)
    } else if let index = waiting.firstIndex(where: { $0 === member }) {
      waiting.remove(at: index)
    }
    guard running.count < limits.runningMax, !waiting.isEmpty else { return nil }
    let next = waiting.removeFirst()
    running.append(Running(member: next, since: now))
    return next
  }

  /// One that has run for too long while others wait.
  func overdue(at now: MonotonicInstant) -> Member? {
    guard !waiting.isEmpty, let oldest = running.first,
      now >= oldest.since.advanced(by: limits.patience)
    else { return nil }
    return oldest.member
  }

  /// When the oldest that runs will have run for too long; nil while nobody waits.
  var overdueAt: MonotonicInstant? {
    waiting.isEmpty ? nil : running.first?.since.advanced(by: limits.patience)
  }

  var runningCount: Int { running.count }
  var waitingCount: Int { waiting.count }
}

extension ServerConfiguration {
  /// The share of one loop among `loopCount`.
  func handshakeLimits<Member>(of loopCount: Int) -> HandshakeQueue<Member>.Limits {
    HandshakeQueue.Limits(
      runningMax: max(1, handshakesInFlightMax / loopCount),
      waitingMax: max(0, handshakesWaitingMax / loopCount), patience: handshakePatience)
  }
}
