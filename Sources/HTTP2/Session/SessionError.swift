/// Why a connection cannot go on. After one of these `produce` yields what is left to say, at
/// most a GOAWAY, and the connection is to be closed.
package enum SessionError: Error, Hashable, Sendable {
  /// The first octets are not the HTTP/2 connection preface (RFC 9113 §3.4).
  case badPreface
  /// Too many acknowledgements wait for a peer that does not read.
  case flooded
  /// A header block arrived in more CONTINUATION frames than allowed.
  case tooManyContinuations
  /// A header list decoded to more octets than `SessionLimits.headerListConnectionMax`.
  case headerListTooLarge
  /// A frame on a stream that is closed and was not reset by us (RFC 9113 §5.1).
  case streamClosed
  /// A frame that the protocol forbids where it came (RFC 9113 §5.4.1).
  case protocolViolation
  /// The abuse ledger's verdict: more of `vector` than an honest peer sends.
  case abuse(AbuseVector)
  /// The library is out of memory or refused for a reason we know no name for; its code.
  case library(Int32)
  /// The session has failed or ended before.
  case finished

  /// The code of the GOAWAY that tells the peer.
  package var code: ErrorCode {
    switch self {
    case .badPreface, .protocolViolation: .protocolError
    case .flooded, .tooManyContinuations, .headerListTooLarge, .abuse: .enhanceYourCalm
    case .streamClosed: .streamClosed
    case .library: .internalError
    case .finished: .noError
    }
  }

  /// What the peer did too often, or nil when the error is none of abuse.
  package var vector: AbuseVector? {
    switch self {
    case .abuse(let vector): vector
    case .tooManyContinuations: .continuation
    case .headerListTooLarge: .headerBomb
    case .flooded: .unreadAcknowledgement
    case .badPreface, .streamClosed, .protocolViolation, .library, .finished: nil
    }
  }
}
