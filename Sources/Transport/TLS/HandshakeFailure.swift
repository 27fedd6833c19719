/// Why a TLS handshake came to nothing.
package enum HandshakeFailure: Error, Hashable, Sendable {
  /// It was not done within `handshakeTimeout`, or held a place for others too long.
  case timeout
  /// The peer went away.
  case peerClosed
  /// More wait for a place than may.
  case full
  /// The first bytes were no TLS.
  case plaintext
  /// The peer does not offer `h2` by ALPN.
  case noApplicationProtocol
  /// The peer knows neither TLS 1.3 nor 1.2.
  case versionUnsupported
  /// Nothing in common: ciphers, groups or signatures.
  case nothingShared
  /// The peer showed no certificate where one is required.
  case certificateMissing
  /// Issued by none of the authorities.
  case certificateUntrusted
  case certificateExpired
  case certificateRevoked
  /// An authority of its chain has no current revocation list.
  case revocationUnknown
  /// No URI among the subject's alternative names, or several.
  case certificateNameless
  /// The peer does not like our certificate, or something else; what its alert says.
  case refusedByPeer(String)
  /// What OpenSSL says.
  case other(String)

  /// One of a fixed set, for counters.
  package var label: String {
    switch self {
    case .timeout: "timeout"
    case .peerClosed: "peer_closed"
    case .full: "full"
    case .plaintext: "plaintext"
    case .noApplicationProtocol: "no_application_protocol"
    case .versionUnsupported: "version_unsupported"
    case .nothingShared: "nothing_shared"
    case .certificateMissing: "certificate_missing"
    case .certificateUntrusted: "certificate_untrusted"
    case .certificateExpired: "certificate_expired"
    case .certificateRevoked: "certificate_revoked"
    case .revocationUnknown: "revocation_unknown"
    case .certificateNameless: "certificate_nameless"
    case .refusedByPeer: "refused_by_peer"
    case .other: "other"
    }
  }
}

extension HandshakeFailure: CustomStringConvertible {
  /// What is wrong and the remedy, for the log.
  package var description: String {
    switch self {
    case .timeout: "the handshake took too long"
    case .peerClosed: "the peer closed the connection before the handshake was done"
    case .full: "too many handshakes at once: raise limits.handshakes_waiting"
    case .plaintext: "this listener speaks TLS: call it with TLS (grpcurl without -plaintext)"
    case .noApplicationProtocol: "the client does not offer h2 by ALPN: call it by gRPC or HTTP/2"
    case .versionUnsupported: "the client knows neither TLS 1.3 nor TLS 1.2: update it"
    case .nothingShared:
      "the client shares no cipher or group: TLS 1.2 needs ECDHE with AES-GCM or ChaCha20, both "
        + "versions X25519 or P-256"
    case .certificateMissing:
      "the client showed no certificate: give it one of an authority in tls.client_ca_file"
    case .certificateUntrusted:
      "the client's certificate is of no authority in tls.client_ca_file: add it there, or issue "
        + "another"
    case .certificateExpired: "the client's certificate has expired, or is not valid yet: renew it"
    case .certificateRevoked: "the client's certificate is revoked by a list in tls.crl_file"
    case .revocationUnknown:
      "an authority of the client's certificate has no current list in tls.crl_file: install it"
    case .certificateNameless:
      "the client's certificate must have exactly one URI as subjectAltName: issue another"
    case .refusedByPeer(let alert):
      "the client refused (\(alert)): does it trust the authority of tls.certificate_file?"
    case .other(let text): text
    }
  }
}
