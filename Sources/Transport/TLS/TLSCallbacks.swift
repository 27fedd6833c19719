internal import COpenSSL
internal import Crypto

/// What OpenSSL asks during a handshake. The callbacks note what they find at the session and
/// never call back into it.
enum TLSCallbacks {
  static func install(on context: OpaquePointer) {
    SSL_CTX_set_client_hello_cb(context, clientHello, nil)
    SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
    SSL_CTX_set_info_callback(context, stateChanged)
    let result = SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticketKey)
    precondition(result == 1, "libssl has no session tickets")
    SSL_CTX_set_session_ticket_cb(context, { _, _ in 1 }, judgeTicket, nil)
  }

  /// A client without ALPN would not be asked for a protocol at all.
  private static let clientHello: SSL_client_hello_cb_fn = { ssl, alert, _ in
    var value: UnsafePointer<UInt8>?
    var count = 0
    let kind = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
    if SSL_client_hello_get0_ext(ssl, kind, &value, &count) == 1 {
      return SSL_CLIENT_HELLO_SUCCESS
    }
    TLSSession.of(ssl)?.note(.noApplicationProtocol)
    alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
    return SSL_CLIENT_HELLO_ERROR
  }

  /// RFC 7301 §3.2: names behind lengths; `h2` or the alert `no_application_protocol`.
  private static let selectProtocol: SSL_CTX_alpn_select_cb_func = {
    ssl, selected, selectedCount, offered, offeredCount, _ in
    var rest = UnsafeBufferPointer(start: offered, count: Int(offeredCount))[...]
    while let length = rest.first, rest.count > Int(length) {
      let name = rest.dropFirst().prefix(Int(length))
      if name.elementsEqual("h2".utf8), let start = UnsafeBufferPointer(rebasing: name).baseAddress
      {
        selected?.pointee = start
        selectedCount?.pointee = length
        return SSL_TLSEXT_ERR_OK
      }
      rest = rest.dropFirst(1 + Int(length))
    }
    TLSSession.of(ssl)?.note(.noApplicationProtocol)
    return SSL_TLSEXT_ERR_ALERT_FATAL
  }

  /// The chain has been judged up to this certificate; the client's own comes last.
  static let verify: SSL_verify_cb = { isValid, judge in
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    let stored = X509_STORE_CTX_get_ex_data(judge, index).map { OpaquePointer($0) }
    let session = TLSSession.of(stored)
    guard isValid == 1 else {
      session?.note(HandshakeFailure(verifyError: X509_STORE_CTX_get_error(judge)))
      return 0
    }
    guard X509_STORE_CTX_get_error_depth(judge) == 0 else { return 1 }
    guard let raw = X509_STORE_CTX_get_current_cert(judge), X509_up_ref(raw) == 1,
      Certificate(adopting: raw).identityURI != nil
    else {
      session?.note(.certificateNameless)
      X509_STORE_CTX_set_error(judge, X509_V_ERR_APPLICATION_VERIFICATION)
      return 0
    }
    return 1
  }

  /// After the handshake: counts what costs us work and moves no data.
  private static let stateChanged: @convention(c) (OpaquePointer?, CInt, CInt) -> Void = {
    ssl, event, value in
    if event == SSL_ST_ACCEPT | SSL_CB_LOOP {
      if SSL_get_state(ssl) == TLS_ST_SR_KEY_UPDATE { TLSSession.of(ssl)?.noteKeyUpdate() }
    } else if event == SSL_CB_WRITE_ALERT, value & 0xFF == SSL_AD_NO_RENEGOTIATION {
      TLSSession.of(ssl)?.noteRenegotiation()
    }
  }
}

// MARK: - Session tickets

extension TLSCallbacks {
  private typealias TicketKeyCallback =
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, OpaquePointer?,
      OpaquePointer?, CInt
    ) -> CInt

  /// Sealing: 1. Opening: 1, 2 when the ticket is to be renewed, 0 when nobody knows its key.
  private static let ticketKey: TicketKeyCallback = { ssl, name, iv, cipher, mac, isSealing in
    guard let context = TLSContext.of(ssl), let name, let iv else { return -1 }
    let now = context.clock()
    let keys = context.ticketKeys
    guard isSealing == 0 else {
      let key = keys.sealing(at: now)
      UnsafeMutableRawPointer(name).copyMemory(
        from: key.name, byteCount: TicketKeys.Key.nameByteCount)
      SecureRandom().fill(UnsafeMutableRawBufferPointer(start: iv, count: 16))
      return start(key, iv, cipher, mac, isSealing: true) ? 1 : -1
    }
    let wanted = UnsafeRawBufferPointer(start: name, count: TicketKeys.Key.nameByteCount)
    guard let found = keys.opening(wanted, at: now) else { return 0 }
    guard start(found.key, iv, cipher, mac, isSealing: false) else { return -1 }
    return found.isCurrent ? 1 : 2
  }

  /// AES-256-CBC, then HMAC-SHA-256 over it, as RFC 5077 §4 lays a ticket out.
  private static func start(
    _ key: TicketKeys.Key, _ iv: UnsafePointer<UInt8>, _ cipher: OpaquePointer?,
    _ mac: OpaquePointer?, isSealing: Bool
  ) -> Bool {
    let isReady = key.encryption.withBytes { bytes in
      EVP_CipherInit_ex(
        cipher, EVP_aes_256_cbc(), nil, bytes.bindMemory(to: UInt8.self).baseAddress, iv,
        isSealing ? 1 : 0) == 1
    }
    return isReady
      && key.authentication.withBytes { openssl_mac_start(mac, $0.baseAddress, $0.count) } == 1
  }

  private typealias JudgeTicket =
    @convention(c) (
      OpaquePointer?, OpaquePointer?, UnsafePointer<UInt8>?, Int, SSL_TICKET_STATUS,
      UnsafeMutableRawPointer?
    ) -> SSL_TICKET_RETURN

  /// A resumed session verifies no certificate: one that has expired since begins anew.
  private static let judgeTicket: JudgeTicket = { ssl, session, _, _, status, _ in
    guard status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW else {
      return SSL_TICKET_RETURN_IGNORE_RENEW
    }
    guard let context = TLSContext.of(ssl) else { return SSL_TICKET_RETURN_IGNORE_RENEW }
    if context.requiresClientCertificates {
      guard let raw = SSL_SESSION_get0_peer(session), X509_up_ref(raw) == 1,
        context.clock() < Certificate(adopting: raw).expiresAt
      else { return SSL_TICKET_RETURN_IGNORE_RENEW }
    }
    return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW
  }
}

// MARK: - What went wrong

extension HandshakeFailure {
  /// - Parameter code: one of X509_V_ERR_….
  init(verifyError code: CInt) {
    switch code {
    case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: self = .certificateExpired
    case X509_V_ERR_CERT_REVOKED: self = .certificateRevoked
    case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
      X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, X509_V_ERR_CRL_SIGNATURE_FAILURE:
      self = .revocationUnknown
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_CERT_SIGNATURE_FAILURE,
      X509_V_ERR_CERT_UNTRUSTED:
      self = .certificateUntrusted
    default:
      let text = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) }
      self = .other("the client's certificate can't be verified: \(text ?? "error \(code)")")
    }
  }

  /// Takes the reason from OpenSSL's error queue and empties it.
  static func taken() -> HandshakeFailure {
    let code = ERR_peek_error()
    defer { ERR_clear_error() }
    let reason = ERR_GET_REASON(code)
    switch reason {
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_VERSION_NUMBER, SSL_R_VERSION_TOO_LOW,
      SSL_R_NO_PROTOCOLS_AVAILABLE:
      return .versionUnsupported
    case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
      SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
      SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
      return .nothingShared
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return .certificateMissing
    case SSL_AD_REASON_OFFSET..<SSL_AD_REASON_OFFSET + 256:
      return .refusedByPeer(OpenSSLError.text(code))
    default: return .other(code == 0 ? "no reason given" : OpenSSLError.text(code))
    }
  }
}
