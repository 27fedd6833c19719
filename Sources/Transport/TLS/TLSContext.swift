internal import COpenSSL
internal import Crypto
internal import Glibc

/// What the handshakes of one listener on one loop share: an `SSL_CTX` of their own, so that loops
/// don't meet at its locks. Replaced as a whole when certificates change; sessions keep theirs.
final class TLSContext: @unchecked Sendable {
  // Safety: made by one thread, then handed to a loop and confined to it.

  let raw: OpaquePointer
  let ticketKeys: TicketKeys
  let requiresClientCertificates: Bool
  /// The wall clock in seconds since 1970.
  let clock: @Sendable () -> Int64

  /// In octets: a client's certificate with its chain.
  private static let certificateListByteCountMax = 32 << 10

  /// TLS 1.2 with forward secrecy and authenticated encryption alone; RFC 9113 Appendix A
  /// prohibits the rest.
  private static let ciphers12 = """
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
    ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:\
    ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
    """
  private static let ciphers13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
  private static let groups = "X25519:P-256"

  /// - Throws: what OpenSSL refuses in certificate, key or authorities.
  init(
    _ credentials: TLSCredentials, requiresClientCertificates: Bool,
    clock: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
  ) throws(TLSFault) {
    guard !requiresClientCertificates || !credentials.authorities.isEmpty else {
      throw TLSFault(credentials.files.certificateFile, .authoritiesMissing)
    }
    guard let raw = SSL_CTX_new(TLS_server_method()) else {
      // Never nil unless memory is exhausted.
      preconditionFailure("libssl is out of memory")
    }
    self.raw = raw
    self.requiresClientCertificates = requiresClientCertificates
    self.clock = clock
    ticketKeys = TicketKeys(ring: credentials.ring)
    SSL_CTX_set_ex_data(raw, 0, Unmanaged.passUnretained(self).toOpaque())
    restrict()
    TLSCallbacks.install(on: raw)
    try install(credentials)
    if requiresClientCertificates { try trust(credentials) }
    setResumption(credentials)
  }

  deinit {
    SSL_CTX_set_ex_data(raw, 0, nil)
    SSL_CTX_free(raw)
  }

  private func restrict() {
    let isRestricted =
      openssl_ctx_restrict(raw) == 1 && openssl_ctx_set_groups(raw, Self.groups) == 1
      && SSL_CTX_set_cipher_list(raw, Self.ciphers12) == 1
      && SSL_CTX_set_ciphersuites(raw, Self.ciphers13) == 1
    precondition(isRestricted, "libssl lacks TLS 1.2 and 1.3 with ECDHE and AES-GCM")
    openssl_ctx_set_modes(raw)
    openssl_ctx_set_certificate_list_max(raw, Self.certificateListByteCountMax)
    // 0-RTT can be replayed (RFC 8446 §8).
    SSL_CTX_set_max_early_data(raw, 0)
    SSL_CTX_set_recv_max_early_data(raw, 0)
  }

  /// Copies, so that two loops never count references of the same object.
  private func install(_ credentials: TLSCredentials) throws(TLSFault) {
    ERR_clear_error()
    for (index, certificate) in credentials.certificates.enumerated() {
      guard let copy = X509_dup(certificate.raw) else {
        throw TLSFault(credentials.files.certificateFile, .unusable(OpenSSLError.takeText()))
      }
      let result =
        index == 0 ? SSL_CTX_use_certificate(raw, copy) : openssl_ctx_add_chain(raw, copy)
      X509_free(copy)
      guard result == 1 else {
        throw TLSFault(credentials.files.certificateFile, .unusable(OpenSSLError.takeText()))
      }
    }
    let key = EVP_PKEY_dup(credentials.key.raw)
    defer { EVP_PKEY_free(key) }
    guard let key, SSL_CTX_use_PrivateKey(raw, key) == 1, SSL_CTX_check_private_key(raw) == 1 else {
      throw TLSFault(credentials.files.keyFile, .unusable(OpenSSLError.takeText()))
    }
  }

  private func trust(_ credentials: TLSCredentials) throws(TLSFault) {
    let path = credentials.files.clientCAFile ?? ""
    let store = SSL_CTX_get_cert_store(raw)
    for authority in credentials.authorities {
      let copy = X509_dup(authority.raw)
      defer { X509_free(copy) }
      guard X509_STORE_add_cert(store, copy) == 1, SSL_CTX_add_client_CA(raw, copy) == 1 else {
        throw TLSFault(path, .unusable(OpenSSLError.takeText()))
      }
    }
    for list in credentials.revocationLists {
      let copy = X509_CRL_dup(list.raw)
      defer { X509_CRL_free(copy) }
      guard X509_STORE_add_crl(store, copy) == 1 else {
        throw TLSFault(
          credentials.files.crlFile ?? path, .unusable(OpenSSLError.takeText()))
      }
    }
    // Any certificate of the file ends a chain, an intermediate one too.
    var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN)
    if !credentials.revocationLists.isEmpty {
      flags |= UInt(X509_V_FLAG_CRL_CHECK) | UInt(X509_V_FLAG_CRL_CHECK_ALL)
    }
    X509_STORE_set_flags(store, flags)
    SSL_CTX_set_verify(
      raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, TLSCallbacks.verify)
  }

  /// A session is resumed only where its client would be asked for the same proof: the digest of
  /// what is trusted is part of it, so that changed authorities or lists mean a whole handshake.
  private func setResumption(_ credentials: TLSCredentials) {
    SSL_CTX_set_timeout(raw, Int(TicketKeys.lifetimeSeconds))
    SSL_CTX_set_num_tickets(raw, 1)
    var digest = SHA256()
    digest.update(requiresClientCertificates ? [1] : [0])
    if requiresClientCertificates { digest.update(credentials.trustDigest.bytes) }
    let context = digest.finish().bytes
    SSL_CTX_set_session_id_context(raw, context, UInt32(context.count))
  }

  /// Whether a client's certificate, with the chain it sent, would be accepted now.
  func accepts(_ certificate: OpaquePointer, chain: OpaquePointer?) -> Bool {
    guard requiresClientCertificates, let judge = X509_STORE_CTX_new() else { return true }
    defer {
      X509_STORE_CTX_free(judge)
      ERR_clear_error()
    }
    guard X509_STORE_CTX_init(judge, SSL_CTX_get_cert_store(raw), certificate, chain) == 1 else {
      return false
    }
    X509_STORE_CTX_set_default(judge, "ssl_client")
    return X509_verify_cert(judge) == 1
  }

  static func of(_ ssl: OpaquePointer?) -> TLSContext? {
    guard let raw = SSL_get_SSL_CTX(ssl), let stored = SSL_CTX_get_ex_data(raw, 0) else {
      return nil
    }
    return Unmanaged<TLSContext>.fromOpaque(stored).takeUnretainedValue()
  }
}
