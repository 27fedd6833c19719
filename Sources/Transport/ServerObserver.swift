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
  /// The first bytes were an HTTP/1.1 request; it was told so.
  case http1
  /// The peer broke the protocol; the text names the rule.
  case protocolError(String)
  /// The server ends.
  case shutdown
}

/// Hears of connections and calls as they end, on the loop where they lived. Must not block.
package protocol ServerObserver: Sendable {
  /// A connection ended; `peer` is its address.
  func connectionEnded(peer: String, _ end: ConnectionEnd)

  /// A call was answered, or given up. The call's metadata and path may still be read.
  func callEnded(_ call: ServerCall, _ status: StatusCode)

  /// A request was answered before a handler started; `path` is the peer's, cut at 256 bytes.
  func requestRefused(peer: String, path: String, _ status: Status)

  /// `accept` failed: descriptors or memory ran out. Accepting pauses for 100 ms.
  func acceptFailed(_ reason: String)
}
