internal import HTTP2

// Who begins something and does not go on with it is given up (R-SLO-1). Looked at now and then
// while streams are open, so that a call costs nothing.

extension ServerConnection {
  /// Looks at the header block, the messages and the answers under way, and resets the streams
  /// that are too slow. Not to be called from a handler.
  /// - Parameter now: of the clock of `receive`.
  package func sweep(at now: UInt64, _ pace: PeerPace) -> SweepOutcome {
    var outcome = SweepOutcome()
    if let began = session.headerBlockBeganAt {
      let (deadline, overflow) = began.addingReportingOverflow(
        UInt64(clamping: pace.headerBlockTimeout.nanoseconds))
      outcome.headerBlockDeadline = overflow ? .max : deadline
      outcome.isHeaderBlockOverdue = !overflow && now >= deadline
    }
    var tooSlow: [(ServerStream, SlowSide)] = []
    session.forEachStream { stream in
      if !keepsRequestPace(stream, at: now, pace.request) {
        tooSlow.append((stream, .request))
      } else if !keepsResponsePace(stream, at: now, pace.response) {
        tooSlow.append((stream, .response))
      }
    }
    for (stream, side) in tooSlow { giveUp(stream, side) }
    outcome.slow = tooSlow.map(\.1)
    outcome.isOver = session.streamCount == 0
    if session.queuedByteCount == 0 {
      progress.rest()
    } else {
      outcome.isStalled = !progress.keepsPace(session.producedByteCount, at: now, pace.connection)
    }
    if !outcome.slow.isEmpty { noteOutput() }
    return outcome
  }

  private func keepsRequestPace(_ stream: ServerStream, at now: UInt64, _ pace: Pace) -> Bool {
    // What we hold the peer back from sending is not its fault.
    let isAwaited =
      call(of: stream)?.awaitsPeer ?? false || (stream.awaitsEnd && !stream.isRemoteClosed)
    guard isAwaited, !session.isCreditWithheld else {
      stream.receivingMark.rest()
      return true
    }
    return stream.receivingMark.keepsPace(stream.receivedByteCount, at: now, pace)
  }

  private func keepsResponsePace(_ stream: ServerStream, at now: UInt64, _ pace: Pace) -> Bool {
    guard stream.queuedByteCount > 0, session.isWindowClosed(stream) else {
      stream.producingMark.rest()
      return true
    }
    return stream.producingMark.keepsPace(stream.producedByteCount, at: now, pace)
  }

  private func giveUp(_ stream: ServerStream, _ side: SlowSide) {
    let status = Status.peerTooSlow(side)
    let call = call(of: stream)
    call?.reset(.enhanceYourCalm, status.code)
    session.reset(stream, .enhanceYourCalm)
    call?.interrupt(status)
  }
}

extension ServerCall {
  /// The peer has begun a message, has credit for it, and nothing but the rest of it is missing.
  fileprivate var awaitsPeer: Bool {
    guard interruption == nil, answer == nil, phase != .ended, !stream.isRemoteClosed else {
      return false
    }
    let isUnderWay = method.kind.hasSingleRequest || !deframer.isAtBoundary
    return isUnderWay && wantsMore && !isWaitingForBudget
  }
}

extension Status {
  static func peerTooSlow(_ side: SlowSide) -> Status {
    let text =
      switch side {
      case .request: "the request came too slowly"
      case .response: "the answer was taken too slowly"
      }
    return Status(.resourceExhausted, .callCancelled, text)
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : product &+ attoseconds / 1_000_000_000
  }
}
