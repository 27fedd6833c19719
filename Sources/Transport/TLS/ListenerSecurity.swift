/// What a listener demands of its peers before the first frame.
package enum ListenerSecurity: Sendable {
  case plaintext
  case tls(TLSCredentials, clientCertificates: ClientCertificates)
}

/// Whether clients prove themselves by a certificate.
package enum ClientCertificates: Hashable, Sendable {
  /// They are not asked.
  case none
  /// One of `TLSFiles.clientCAFile`'s authorities with a URI as subjectAltName, or no handshake.
  case required
}
