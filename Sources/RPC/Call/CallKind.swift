/// How many messages go each way.
package enum CallKind: Sendable {
  case unary
  case clientStreaming
  case serverStreaming
  case bidirectional

  /// Exactly one request message; a handler starts when the peer has half-closed.
  package var hasSingleRequest: Bool { self == .unary || self == .serverStreaming }
  /// Exactly one response message, unless the status is an error.
  package var hasSingleResponse: Bool { self == .unary || self == .clientStreaming }
}
