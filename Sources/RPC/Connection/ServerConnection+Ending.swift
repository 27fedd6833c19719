package import HTTP2

// How a connection ends: by goodbye, at once, or because the peer has gone.

extension ServerConnection {
  /// Begins a graceful end: a notice, and a PING whose answer says that the peer has read it.
  /// The host calls ``drainTimePassed()`` 5 seconds later.
  /// - Parameter reason: for the peer: the debug data of the last GOAWAY.
  package func beginDrain(_ reason: String = "draining") {
    guard drain == .open, !isDisconnected else { return }
    drain = .noticed
    goodbye = reason
    session.submitShutdownNotice()
    session.submitPing(Self.drainPing)
    noteOutput()
  }

  /// Stops waiting for the answer to the notice: no new calls from here on.
  package func drainTimePassed() {
    guard drain == .noticed, !isDisconnected else { return }
    drain = .final
    session.submitGoaway(.noError, debug: goodbye)
    noteOutput()
  }

  /// Cancels what is in flight and ends the session: the peer is told when it still listens.
  package func abort(_ code: ErrorCode, debug: String) {
    guard !isDisconnected else { return }
    session.submitGoaway(code, debug: debug)
    for call in calls { call.reject(.shuttingDown) }
    noteOutput()
  }

  /// The peer has gone: cancels every call at once. Not to be called from a handler.
  package func disconnected() {
    guard !isDisconnected else { return }
    isDisconnected = true
    session.abandon()
    letGoOfHost()
  }

  /// Asks the peer for a sign of life; ``isKeepaliveOutstanding`` holds until it comes.
  package func sendKeepalive() {
    guard !isDisconnected else { return }
    isKeepaliveOutstanding = true
    session.submitPing(Self.keepalivePing)
    noteOutput()
  }

  static let drainPing: UInt64 = 0x726F_7374_6572_0001
  static let keepalivePing: UInt64 = 0x726F_7374_6572_0002
}
