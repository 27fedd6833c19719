/// When a connection that breaks nothing is to end, or to give a sign of life (gRFC A9). All
/// instants are nanoseconds of one monotonic clock; it reads none itself.
struct Lifetime {
  enum Due: Equatable {
    case nothing
    /// Send a PING.
    case keepalive
    /// The PING was not answered.
    case silent
    /// Say goodbye: nobody calls.
    case idle
    /// Say goodbye: it is old.
    case old
    /// End what still runs after the goodbye.
    case overdue
  }

  private let idleTimeout: UInt64?
  private let keepaliveTime: UInt64?
  private let keepaliveTimeout: UInt64
  private let grace: UInt64
  private let ageDeadline: UInt64?
  private var overdueAt: UInt64?
  private var pingSentAt: UInt64?

  /// - Parameter spread: 0…1, where in the tenth around `connectionAgeMax` the age lies.
  init(_ configuration: ServerConfiguration, openedAt: UInt64, spread: Double) {
    idleTimeout = configuration.idleTimeout.limit
    keepaliveTime = configuration.keepaliveTime.limit
    keepaliveTimeout = configuration.keepaliveTimeout.limit ?? 0
    grace = configuration.connectionAgeGrace.limit ?? 0
    ageDeadline = configuration.connectionAgeMax.limit.map { age in
      let earliest = age - age / 10
      let width = Double(age / 5) * min(max(spread, 0), 1)
      return openedAt.saturatingAdd(earliest.saturatingAdd(UInt64(width)))
    }
  }

  /// What is to be done at `now`, and when to ask next; nil: never.
  /// - Parameters:
  ///   - lastReadAt: when the peer was last heard.
  ///   - idleSince: since when there is no call; nil while there is one.
  mutating func next(
    at now: UInt64, lastReadAt: UInt64, idleSince: UInt64?
  ) -> (due: Due, wakeAt: UInt64?) {
    let due = judge(now, lastReadAt, idleSince)
    return (due, wake(now, lastReadAt, idleSince))
  }

  private mutating func judge(_ now: UInt64, _ lastReadAt: UInt64, _ idleSince: UInt64?) -> Due {
    if let sent = pingSentAt {
      if lastReadAt > sent {
        pingSentAt = nil
      } else if now >= sent.saturatingAdd(keepaliveTimeout) {
        return .silent
      }
    }
    if let overdueAt { return now >= overdueAt ? .overdue : .nothing }
    if let ageDeadline, now >= ageDeadline {
      overdueAt = now.saturatingAdd(grace)
      return .old
    }
    if let idleTimeout, let idleSince, now >= idleSince.saturatingAdd(idleTimeout) {
      overdueAt = now.saturatingAdd(grace)
      return .idle
    }
    if pingSentAt == nil, let keepaliveTime, now >= lastReadAt.saturatingAdd(keepaliveTime) {
      pingSentAt = now
      return .keepalive
    }
    return .nothing
  }

  private func wake(_ now: UInt64, _ lastReadAt: UInt64, _ idleSince: UInt64?) -> UInt64? {
    var wakes: [UInt64] = []
    if let pingSentAt {
      wakes.append(pingSentAt.saturatingAdd(keepaliveTimeout))
    } else if let keepaliveTime {
      wakes.append(lastReadAt.saturatingAdd(keepaliveTime))
    }
    if let overdueAt {
      wakes.append(overdueAt)
    } else {
      if let ageDeadline { wakes.append(ageDeadline) }
      // While there are calls it is asked again once it could be idle at the earliest.
      if let idleTimeout { wakes.append((idleSince ?? now).saturatingAdd(idleTimeout)) }
    }
    return wakes.min()
  }
}

extension UInt64 {
  func saturatingAdd(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
