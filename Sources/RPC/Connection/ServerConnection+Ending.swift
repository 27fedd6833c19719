package import HTTP2

// How a connection ends: by goodbye, at once, or because the peer has gone.

extension ServerConnection {
  /// What the last GOAWAY of a graceful end tells the peer.
  struct Goodbye {
    var code: ErrorCode
    var reason: String
  }

  /// Begins a graceful end: a notice, and a PING whose answer says that the peer has read it.
  /// The host calls ``drainTimePassed()`` 5 seconds later.
  /// - Parameter reason: for the peer: the debug data of the last GOAWAY.
  package func beginDrain(_ reason: String = "draining") {
    guard drain == .open else { return }
    sayGoodbye(Goodbye(code: .noError, reason: reason))
  }

  /// As ``beginDrain(_:)``, which a peer that does too much gets as well: a call that it sends
  /// before it has read the notice is served, like those before.
  func sayGoodbye(_ goodbye: Goodbye) {
    guard drain != .final, !isDisconnected else { return }
    self.goodbye = goodbye
    guard drain == .open else { return }
    drain = .noticed
    session.submitShutdownNotice(ping: Self.drainPing)
    noteOutput()
  }

  /// Stops waiting for the answer to the notice: no new calls from here on.
  package func drainTimePassed() {
    guard drain == .noticed, !isDisconnected else { return }
    drain = .final
    session.submitGoaway(goodbye.code, debug: goodbye.reason)
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
