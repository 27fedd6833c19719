/// Who the other end of a connection is, by the certificate of its TLS handshake.
package struct PeerIdentity: Hashable, Sendable {
  /// The certificate's one subject alternative name of the kind URI, such as
  /// `spiffe://example.org/billing`. The common name counts for nothing (RFC 9525 §2).
  package let uri: String
  /// The certificate's serial number in lower-case hexadecimal, as CRLs and `openssl x509` name it.
  package let serialNumber: String

  package init(uri: String, serialNumber: String) {
    self.uri = uri
    self.serialNumber = serialNumber
  }
}
