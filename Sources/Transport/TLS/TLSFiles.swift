/// Where a server's certificate, its key and what it trusts lie. All of them are PEM.
package struct TLSFiles: Hashable, Sendable {
  /// The server's certificate, followed by the intermediate ones up to, but without, the root.
  package var certificateFile: String
  /// The certificate's private key, unencrypted; nobody but its owner and group may read it.
  package var keyFile: String
  /// The authorities that issue clients' certificates; needed by listeners that require them.
  package var clientCAFile: String?
  /// The authorities' lists of revoked certificates, one for each authority of a client's chain:
  /// a certificate whose authority has no list here is refused.
  package var crlFile: String?

  package init(
    certificateFile: String, keyFile: String, clientCAFile: String? = nil, crlFile: String? = nil
  ) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.clientCAFile = clientCAFile
    self.crlFile = crlFile
  }
}
