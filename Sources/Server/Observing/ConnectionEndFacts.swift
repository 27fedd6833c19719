import HTTP2
import Logging
import Transport

/// How the end of a connection is counted and told.
struct ConnectionEndFacts {
  /// The label of metrics.
  let reason: String
  let level: Logger.Level
  let event: String
  var remedy: String?
  var rule: String?
  /// The peer broke a rule, or was too slow.
  var isPeersFault = true

  init(_ end: ConnectionEnd) {
    switch end {
    case .tlsMismatch:
      self.init("tls_mismatch", .warning)
      remedy = "this listener has no TLS: call it in plaintext (grpcurl -plaintext)"
    case .handshakeFailed(.plaintext):
      self.init("tls_handshake_failed", .warning, event: "tls_mismatch")
      remedy = "\(HandshakeFailure.plaintext)"
    case .handshakeFailed(.peerClosed):
      self.init("tls_handshake_failed", .debug)
    case .handshakeFailed(let failure):
      self.init("tls_handshake_failed", .info)
      rule = failure.label
      remedy = "\(failure)"
    case .tlsBroken(let text):
      self.init("tls_error", .info)
      rule = text
    case .http1:
      self.init("http1", .info, event: "http1_request")
      remedy = "call it by gRPC, which is HTTP/2"
    case .protocolError(let text):
      self.init("protocol_error", .info)
      rule = text
    case .prefaceTimeout: self.init("preface_timeout", .info)
    case .settingsTimeout: self.init("settings_timeout", .info)
    case .writeStalled: self.init("write_stalled", .info)
    case .peer: self.init(usual: "peer")
    case .finished: self.init(usual: "finished")
    case .headerBlockTimeout: self.init("header_block_timeout", .info)
    case .keepaliveTimeout: self.init("keepalive_timeout", .info)
    case .abuse(let vector):
      self.init("flood", .warning, event: "flood_closed")
      rule = vector.name
    case .memoryExhausted: self.init("memory_exhausted", .warning)
    case .idle: self.init(usual: "idle")
    case .aged: self.init(usual: "aged")
    case .shutdown: self.init(usual: "shutdown")
    }
  }

  private init(_ reason: String, _ level: Logger.Level, event: String? = nil) {
    self.reason = reason
    self.level = level
    self.event = event ?? reason
  }

  private init(usual reason: String) {
    self.init(reason, .debug, event: "connection_ended")
    isPeersFault = false
  }
}
