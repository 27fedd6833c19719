/// What comes of received bytes.
package enum ReceiveOutcome: Equatable, Sendable {
  case open
  /// The connection broke a rule, named for the log: write what is produced, then close.
  case closing(String)
  /// An HTTP/1 peer: send this answer, read on for a moment, close.
  case http1(answer: [UInt8])
  /// A TLS handshake where there is no TLS: close, and let the log say so.
  case tls
}

/// What ``ServerConnection/produce(into:upTo:)`` left behind.
package enum ProduceOutcome: Equatable, Sendable {
  /// Everything was written into the buffer.
  case idle
  /// More is ready: call again once the buffer is empty.
  case more
  /// The last byte of the connection is in the buffer: close once it is written.
  case finished
  /// The session failed, by a rule named for the log; its GOAWAY is in the buffer: as `finished`.
  case failed(String)
}
