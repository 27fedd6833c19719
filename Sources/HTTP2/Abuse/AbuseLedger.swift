/// Counts, per connection, everything of which too much is abuse, and judges it. A copy is a
/// snapshot for metrics.
///
/// A budget with a rate is one number: the instant at which all that was spent is refilled. It
/// is empty when that instant lies a whole capacity ahead.
package struct AbuseLedger: Sendable {
  package enum Verdict: Hashable, Sendable {
    case tolerate
    /// Three quarters of a budget are spent, for the first time on this connection.
    case warn
    /// The budget is exceeded: the connection ends with GOAWAY ENHANCE_YOUR_CALM.
    case close
  }

  /// Requests that began.
  package private(set) var streamsOpened: UInt64 = 0
  /// DATA frames of ours.
  package private(set) var dataProduced: UInt64 = 0
  /// HEADERS frames of ours.
  package private(set) var headersProduced: UInt64 = 0
  /// RST_STREAM frames of ours, for whatever reason.
  package private(set) var resetsProduced: UInt64 = 0
  /// What the peer was warned of; it is warned once.
  package private(set) var warned: AbuseVector?

  private var counts = InlineArray<18, UInt64>(repeating: 0)
  private var refilledAt = InlineArray<18, UInt64>(repeating: 0)
  private var emptyDataRun: UInt64 = 0
  /// What we had produced when the last PING came, and DATA when the last SETTINGS did.
  private var producedAtPing: UInt64 = 0
  private var dataAtSettings: UInt64 = 0
  private var strikes = PingStrikes()

  package init() {}

  /// Occurrences since the connection began.
  package func count(of vector: AbuseVector) -> UInt64 {
    counts[vector.rawValue]
  }

  // MARK: Measures

  mutating func streamOpened() { streamsOpened &+= 1 }

  mutating func headersSent() { headersProduced &+= 1 }

  mutating func dataSent() { dataProduced &+= 1 }

  mutating func resetSent() { resetsProduced &+= 1 }

  /// DATA with octets, or with END_STREAM, has come.
  mutating func dataReceived() { emptyDataRun = 0 }

  // MARK: Offences

  /// Counts one occurrence; the caller must obey the verdict.
  /// - Parameter now: a monotonic clock, in nanoseconds.
  mutating func record(
    _ vector: AbuseVector, within limits: AbuseLimits, at now: UInt64
  ) -> Verdict {
    counts[vector.rawValue] &+= 1
    let verdict = judge(vector, limits, now)
    guard verdict == .warn else { return verdict }
    guard warned == nil else { return .tolerate }
    warned = vector
    return .warn
  }

  private mutating func judge(
    _ vector: AbuseVector, _ limits: AbuseLimits, _ now: UInt64
  ) -> Verdict {
    switch vector {
    case .resetReceived:
      let extra = warned == nil ? 0 : limits.resetsAfterWarning
      return spend(limits.resetsReceived, extra: extra, on: vector, now)
    case .resetProvoked:
      let life = compare(counts[vector.rawValue], with: limits.resetsProvokedLifeMax)
      let recent = spend(limits.resetsProvoked, on: vector, now)
      return life == .close ? life : (recent == .tolerate ? life : recent)
    case .ping: return judgePing(limits, now)
    case .settings:
      let isAdapting = dataAtSettings != dataProduced
      dataAtSettings = dataProduced
      return isAdapting ? .tolerate : spend(limits.settings, on: vector, now)
    case .priority:
      return compare(
        counts[vector.rawValue], with: limits.prioritiesPerStream &* (1 &+ streamsOpened))
    case .emptyData:
      emptyDataRun &+= 1
      return compare(emptyDataRun, with: limits.emptyDataRunMax)
    case .windowUpdate:
      let measure = 2 &* streamsOpened &+ 10 &* dataProduced
      return compare(
        counts[vector.rawValue], with: limits.windowUpdatesAtFirst &+ 2 &* measure)
    case .goaway: return spend(limits.goaways, on: vector, now)
    case .unknownFrame: return spend(limits.unknownFrames, on: vector, now)
    case .invalidFrame: return spend(limits.invalidFrames, on: vector, now)
    case .invalidHeader: return spend(limits.invalidHeaders, on: vector, now)
    case .headerListOverLimit: return spend(limits.headerListsOverLimit, on: vector, now)
    case .frameAfterEnd:
      return compare(
        counts[vector.rawValue], with: limits.framesAfterEndAtFirst &+ 2 &* streamsOpened)
    case .streamRefused: return spend(limits.streamsRefused, on: vector, now)
    case .pingStrike, .continuation, .headerBomb, .unreadAcknowledgement: return .close
    }
  }

  /// One PING after each HEADERS or DATA of ours is in order, and forgets the strikes.
  private mutating func judgePing(_ limits: AbuseLimits, _ now: UInt64) -> Verdict {
    let produced = headersProduced &+ dataProduced
    if produced != producedAtPing {
      producedAtPing = produced
      strikes = PingStrikes(lastPing: now)
      return .tolerate
    }
    guard strikes.ping(at: now, within: limits) else {
      counts[AbuseVector.pingStrike.rawValue] &+= 1
      return .close
    }
    return spend(limits.pings, on: .ping, now)
  }

  /// - Parameter extra: so many more than the rate has at once.
  private mutating func spend(
    _ rate: AbuseRate, extra: UInt64 = 0, on vector: AbuseVector, _ now: UInt64
  ) -> Verdict {
    let level = max(refilledAt[vector.rawValue], now) &+ rate.cost
    refilledAt[vector.rawValue] = level
    return compare(level &- now, with: rate.capacity &+ extra &* rate.cost)
  }

  private func compare(_ spent: UInt64, with budget: UInt64) -> Verdict {
    if spent > budget { return .close }
    return spent >= budget &- budget / 4 ? .warn : .tolerate
  }
}
