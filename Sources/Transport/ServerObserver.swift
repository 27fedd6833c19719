package import EventLoop
package import HTTP2
package import RPC

/// Why a connection ended, for the log and the counters.
package enum ConnectionEnd: Hashable, Sendable {
  /// The peer closed it, or reset it.
  case peer
  /// Drained, or idle after both sides said goodbye.
  case finished
  /// No HTTP/2 preface and SETTINGS arrived in time.
  case prefaceTimeout
  /// Our SETTINGS were not acknowledged in time.
  case settingsTimeout
  /// The peer took no byte of a pending answer in time.
  case writeStalled
  /// The first bytes were a TLS handshake, on a listener without TLS.
  case tlsMismatch
  /// The TLS handshake came to nothing; `plaintext`: the first bytes were no TLS.
  case handshakeFailed(HandshakeFailure)
  /// The peer broke TLS after the handshake; the text names the rule.
  case tlsBroken(String)
  /// The first bytes were an HTTP/1.1 request; it was told so.
  case http1
  /// The peer broke the protocol; the text names the rule.
  case protocolError(String)
  /// The server ends.
  case shutdown
  /// No call for `idleTimeout`; both sides said goodbye.
  case idle
  /// Older than `connectionAgeMax`: both sides said goodbye, or `connectionAgeGrace` was over.
  case aged
  /// A header block began, and its end did not come in time.
  case headerBlockTimeout
  /// A keepalive PING was not answered in time.
  case keepaliveTimeout
  /// The peer did too much of something.
  case abuse(AbuseVector)
  /// The process held too much, and this connection most of it.
  case memoryExhausted
}

extension ServerObserver {
  package func handshakeEnded(
    peer: String, after duration: Duration, failure: HandshakeFailure?
  ) {}
  package func observer(on loop: EventLoop) -> any ServerObserver { self }
  package func connectionOpened(peer: String) {}
  package func callStarted(_ call: ServerCall) {}
  package func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason) {}
  package func quotaRefused(identity: String) {}
  package func queuesMeasured(_ waits: QueueWaits) {}
  package func abuseWarned(peer: String, _ vector: AbuseVector) {}
  package func abuseClosed(peer: String, _ vector: AbuseVector) {}
  package func connectionCounted(_ ledger: AbuseLedger) {}
  package func streamTooSlow(peer: String, _ side: SlowSide) {}
  package func memoryRefused(peer: String) {}
  package func connectionsRefused(_ count: Int) {}
}

/// Hears of connections and calls, on the loop where they live. Must not block.
package protocol ServerObserver: Sendable {
  /// The observer of what happens on `loop`, where alone it is told: asked once for each loop that
  /// serves connections, so that it may count without locks.
  func observer(on loop: EventLoop) -> any ServerObserver

  /// A connection was accepted and is served from now on.
  func connectionOpened(peer: String)

  /// A call's handler is about to start; its ``ServerCall/startedAt`` is set.
  func callStarted(_ call: ServerCall)

  /// A connection ended; `peer` is its address.
  func connectionEnded(peer: String, _ end: ConnectionEnd)

  /// A TLS handshake has ended, `duration` after accept: one `roster_tls_handshake_seconds`, or,
  /// with a failure, one `roster_tls_handshake_failures_total{reason}` of its label. A connection
  /// that fails is told by `connectionEnded`, too.
  func handshakeEnded(peer: String, after duration: Duration, failure: HandshakeFailure?)

  /// The peer has spent three quarters of its budget of `vector` and was told so by a graceful
  /// GOAWAY: at most once a connection.
  func abuseWarned(peer: String, _ vector: AbuseVector)

  /// The connection ends with GOAWAY ENHANCE_YOUR_CALM: one
  /// `roster_h2_flood_closed_total{vector}`. Its `connectionEnded` comes as well.
  func abuseClosed(peer: String, _ vector: AbuseVector)

  /// What a connection that has ended was counted: `resetsProduced` are
  /// `roster_h2_rst_sent_total`, `count(of: .resetReceived)` `roster_h2_rst_received_total`.
  func connectionCounted(_ ledger: AbuseLedger)

  /// A stream was reset, for its peer was slower than `streamProgressByteCount` in
  /// `streamProgressTimeout`, or than `bodyRateMin`.
  func streamTooSlow(peer: String, _ side: SlowSide)

  /// A call was answered RESOURCE_EXHAUSTED, for its message would take more than
  /// `processMemoryMax`. Its `requestRefused` or `callEnded` comes as well.
  func memoryRefused(peer: String)

  /// So many connections beyond `connectionsMax` were closed at once; told at most once a second.
  func connectionsRefused(_ count: Int)

  /// A call was answered, or given up. The call's metadata and path may still be read.
  func callEnded(_ call: ServerCall, _ status: StatusCode)

  /// A request was answered before a handler started; `path` is the peer's, cut at 256 bytes.
  func requestRefused(peer: String, path: String, _ status: Status)

  /// `accept` failed: descriptors or memory ran out. Accepting pauses for 100 ms.
  func acceptFailed(_ reason: String)

  /// A call was turned away with UNAVAILABLE OVERLOADED since calls of its class, or of one above
  /// it, wait longer than `queueWaitMax`: one `roster_shed_total{class,reason}`. Its
  /// `requestRefused` comes as well.
  func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason)

  /// A call was answered RESOURCE_EXHAUSTED QUOTA_EXCEEDED, for its service identity makes more
  /// calls than its quota: one `roster_quota_refused_total`. Its `callEnded` comes as well.
  /// - Parameter identity: the id of the service token.
  func quotaRefused(identity: String)

  /// How long calls wait, ten times a second on a loop that reads: one observation of
  /// `roster_admission_queue_seconds{class}` for each class. Nanoseconds.
  func queuesMeasured(_ waits: QueueWaits)
}
