package import Logging
package import RPC
package import Transport

/// What the transport tells of connections and calls, as lines of the log.
package struct EdgeLog: ServerObserver {
  private let logger: Logger

  package init(_ logger: Logger) {
    self.logger = logger
  }

  package func connectionEnded(peer: String, _ end: ConnectionEnd) {
    switch end {
    case .tlsMismatch:
      logger.warning(
        "tls_mismatch",
        metadata: [
          "peer": .string(peer),
          "remedy": "this listener has no TLS: call it in plaintext (grpcurl -plaintext)",
        ])
    case .handshakeFailed(.plaintext):
      logger.warning(
        "tls_mismatch",
        metadata: [
          "peer": .string(peer), "remedy": .string("\(HandshakeFailure.plaintext)"),
        ])
    case .handshakeFailed(.peerClosed):
      logger.debug("tls_handshake_failed", metadata: ["peer": .string(peer)])
    case .handshakeFailed(let failure):
      logger.info(
        "tls_handshake_failed",
        metadata: [
          "peer": .string(peer), "reason": .string(failure.label),
          "remedy": .string("\(failure)"),
        ])
    case .tlsBroken(let rule):
      logger.info("tls_error", metadata: ["peer": .string(peer), "rule": .string(rule)])
    case .http1:
      logger.info(
        "http1_request",
        metadata: ["peer": .string(peer), "remedy": "call it by gRPC, which is HTTP/2"])
    case .protocolError(let rule):
      logger.info("protocol_error", metadata: ["peer": .string(peer), "rule": .string(rule)])
    case .prefaceTimeout:
      logger.info("preface_timeout", metadata: ["peer": .string(peer)])
    case .settingsTimeout:
      logger.info("settings_timeout", metadata: ["peer": .string(peer)])
    case .writeStalled:
      logger.info("write_stalled", metadata: ["peer": .string(peer)])
    case .peer, .finished, .shutdown:
      logger.debug("connection_ended", metadata: ["peer": .string(peer)])
    }
  }

  package func callEnded(_ call: ServerCall, _ status: StatusCode) {
    guard logger.logLevel <= .debug else { return }
    logger.debug(
      "call_finished",
      metadata: [
        "method": .string(call.method.path), "code": .string(status.name),
        "peer": .string(call.peer),
      ])
  }

  package func requestRefused(peer: String, path: String, _ status: Status) {
    guard logger.logLevel <= .debug else { return }
    logger.debug(
      "request_refused",
      metadata: [
        "method": .string(path), "code": .string(status.code.name), "peer": .string(peer),
        "reason": .string(status.message),
      ])
  }

  package func acceptFailed(_ reason: String) {
    logger.error("accept_failed", metadata: ["reason": .string(reason)])
  }
}
