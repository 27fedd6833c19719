internal import EventLoop
internal import HTTP2
internal import RPC

// The times of a connection that is open. An idle one has one timer, for whatever comes first; one
// more looks after those that are slow, as long as streams are open.

extension Connection {
  /// How often slow peers are looked for.
  private static let sweepInterval: Duration = .seconds(5)

  // MARK: Idle, old, silent

  func beginLifetime() {
    let now = home.loop.now.nanoseconds
    lastReadAt = now
    idleSince = now
    lifetime = Lifetime(
      home.configuration, openedAt: now, spread: home.configuration.ageJitter())
    lifetimePassed()
  }

  private func lifetimePassed() {
    guard state == .open, let rpc, var lifetime else { return }
    let now = MonotonicInstant.now().nanoseconds
    let (due, wakeAt) = lifetime.next(
      at: now, lastReadAt: lastReadAt, idleSince: rpc.isIdle ? idleSince : nil)
    self.lifetime = lifetime
    switch due {
    case .nothing: break
    case .keepalive: rpc.sendKeepalive()
    case .silent:
      close(.keepaliveTimeout)
      return
    case .idle: sayGoodbye(.idle, "max_idle")
    case .old: sayGoodbye(.aged, "max_age")
    case .overdue:
      // Their status goes out; what still waits for a window then is not waited for.
      rpc.drainTimePassed()
      rpc.abort(.noError, debug: "max_age")
      drainTimer?.cancel()
      drainTimer = timer(home.configuration.lingerTimeout) { $0.close($0.goodbye ?? .aged) }
      return
    }
    guard let wakeAt, wakeAt < .max else { return }
    lifetimeTimer = timer(at: wakeAt) { $0.lifetimePassed() }
  }

  private func sayGoodbye(_ end: ConnectionEnd, _ reason: String) {
    if goodbye == nil { goodbye = end }
    beginDrain(reason)
  }

  // MARK: Slow

  /// Begins to look after the streams that are open; called after each turn that leaves some.
  func beginSweeping() {
    let now = home.loop.now.nanoseconds
    let interval = min(Self.sweepInterval, home.configuration.headerBlockTimeout)
    sweepTimer = timer(at: now.saturatingAdd(interval.limit ?? 0)) { $0.sweep() }
  }

  private func sweep() {
    sweepTimer = nil
    guard state == .open, let rpc else { return }
    let now = home.loop.now.nanoseconds
    let outcome = rpc.sweep(at: now, home.pace)
    for side in outcome.slow { home.observer.streamTooSlow(peer: peer, side) }
    if outcome.isHeaderBlockOverdue {
      give(up: .headerBlockTimeout)
      return
    }
    if outcome.isStalled {
      close(.writeStalled)
      return
    }
    guard !outcome.isOver else { return }
    let next = now.saturatingAdd(Self.sweepInterval.limit ?? 0)
    sweepTimer = timer(at: min(next, outcome.headerBlockDeadline ?? next)) { $0.sweep() }
  }

  // MARK: Too much

  /// Closes the connection for what it makes the process hold.
  func shed() {
    give(up: .memoryExhausted)
  }

  /// Tells the peer, if it reads, and closes: nothing that it does may delay that.
  private func give(up end: ConnectionEnd) {
    guard state == .open else { return }
    self.end = end
    rpc?.abort(.enhanceYourCalm, debug: end == .memoryExhausted ? "memory" : "header_block")
    flush()
    if state == .open { linger(end) }
  }

  /// Octets that the connection makes the process hold.
  var heldByteCount: Int { (rpc?.heldByteCount ?? 0) + unsent.count }

  // MARK: Timers

  func timer(at nanoseconds: UInt64, _ body: @escaping (Connection) -> Void) -> Timer {
    home.loop.schedule(at: MonotonicInstant(nanoseconds: nanoseconds)) { [weak self] in
      if let self { body(self) }
    }
  }
}

extension LoopHome {
  /// How slow the peers of connections may be.
  var pace: PeerPace {
    let byteCount = configuration.streamProgressByteCount
    let timeout = configuration.streamProgressTimeout
    return PeerPace(
      headerBlockTimeout: configuration.headerBlockTimeout,
      request: Pace(
        timeout: timeout, byteCount: byteCount, byteRateMin: configuration.bodyRateMin),
      response: Pace(timeout: timeout, byteCount: byteCount),
      connection: Pace(timeout: configuration.writeStallTimeout, byteCount: byteCount))
  }

  /// Closes the connection that holds most, when the process holds too much.
  func shedLargest() {
    guard census.memory.isExhausted else { return }
    let largest = openConnections.max { $0.heldByteCount < $1.heldByteCount }
    guard let largest, largest.heldByteCount >= Self.shedByteCountMin else { return }
    largest.shed()
  }

  /// Closing one that holds less helps nobody.
  private static let shedByteCountMin = 64 << 10
}

extension Duration {
  /// In nanoseconds; nil when it is none, which is for limits that are not to hold.
  var limit: UInt64? {
    let nanoseconds = saturatedNanoseconds
    return nanoseconds > 0 ? UInt64(nanoseconds) : nil
  }
}
