internal import COpenSSL
internal import HTTP2
internal import RPC

/// TLS on one connection, without I/O: owns one `SSL` that reads and writes at its loop's port.
/// Confined to its loop.
final class TLSSession {
  enum Step {
    case done
    case needsMore
    case failed(HandshakeFailure)
  }

  enum Opened {
    /// So many octets of plaintext; there may be more.
    case bytes(Int)
    case needsMore
    /// The peer said goodbye (close_notify).
    case ended
    /// A rule was broken; the text names it for the log.
    case failed(String)
  }

  /// KeyUpdates for each ``keyUpdateByteCount`` octets read: each one costs us two key schedules
  /// and the peer 27 octets (RFC 8446 §4.6.3).
  static let keyUpdatesMax = 32
  static let keyUpdateByteCount = 1 << 20

  let context: TLSContext
  private let port: TLSPort
  private let ssl: OpaquePointer
  private var failure: HandshakeFailure?
  private var keyUpdateCount = 0
  private var byteCountSinceUpdate = 0
  private var isRenegotiating = false
  private var isBroken = false
  private var isStopped = false
  /// Nothing of the peer has been looked at.
  private(set) var isUnread = true

  init(_ context: TLSContext, at port: TLSPort) {
    guard let ssl = SSL_new(context.raw) else {
      // Never nil unless memory is exhausted.
      preconditionFailure("libssl is out of memory")
    }
    self.context = context
    self.port = port
    self.ssl = ssl
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    SSL_set_accept_state(ssl)
    port.attach(ssl)
  }

  deinit {
    SSL_set_ex_data(ssl, 0, nil)
    SSL_free(ssl)
    port.release(self)
    // A session that failed leaves entries that would be taken for another's.
    if isBroken { ERR_clear_error() }
  }

  // MARK: Handshake

  /// Goes on with these bytes; what is to be sent lies at the port afterwards, an alert too.
  func handshake(_ bytes: UnsafeRawBufferPointer) -> Step {
    port.claim(self)
    port.input = bytes
    isUnread = false
    ERR_clear_error()
    let result = SSL_do_handshake(ssl)
    if result == 1 { return .done }
    if wantsMore { return .needsMore }
    isBroken = true
    let taken = HandshakeFailure.taken()
    return .failed(failure ?? taken)
  }

  /// Who the client is; nil when it was not asked.
  var peerIdentity: PeerIdentity? {
    guard let raw = SSL_get0_peer_certificate(ssl), X509_up_ref(raw) == 1 else { return nil }
    let certificate = Certificate(adopting: raw)
    return certificate.identityURI.map {
      PeerIdentity(uri: $0, serialNumber: certificate.serialNumber)
    }
  }

  /// Whether another context would accept this client's certificate, too.
  func isAccepted(by other: TLSContext) -> Bool {
    guard let raw = SSL_get0_peer_certificate(ssl) else { return true }
    return other.accepts(raw, chain: SSL_get_peer_cert_chain(ssl))
  }

  var isResumed: Bool { SSL_session_reused(ssl) == 1 }

  // MARK: Data

  /// Takes bytes of the peer, to be opened before they are gone.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    port.claim(self)
    port.input = bytes
  }

  /// Opens what was received into `buffer`, as far as whole records are there.
  func open(into buffer: UnsafeMutableRawBufferPointer) -> Opened {
    var filled = 0
    while filled < buffer.count {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = SSL_read(ssl, room.baseAddress, CInt(clamping: room.count))
      if count > 0 {
        filled += Int(count)
        byteCountSinceUpdate += Int(count)
        // The call that would only find nothing is spared.
        if port.input.isEmpty, SSL_has_pending(ssl) == 0 { break }
        continue
      }
      guard filled == 0 else {
        isStopped = !wantsMore
        break
      }
      return stopped()
    }
    if let rule = brokenRule { return fail(rule) }
    return filled > 0 ? .bytes(filled) : .needsMore
  }

  /// Whether ``open(into:)`` may find more without another byte from the peer.
  var mayHoldMore: Bool { isStopped || !port.input.isEmpty || SSL_has_pending(ssl) == 1 }

  private func stopped() -> Opened {
    if let rule = brokenRule { return fail(rule) }
    if wantsMore { return .needsMore }
    if SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0 { return .ended }
    return fail(OpenSSLError.takeText())
  }

  private func fail(_ rule: String) -> Opened {
    isBroken = true
    isStopped = false
    return .failed(rule)
  }

  private var brokenRule: String? {
    if isRenegotiating { return "the peer renegotiates (TLS 1.2)" }
    if keyUpdateCount > Self.keyUpdatesMax { return "more than \(Self.keyUpdatesMax) KeyUpdates" }
    return nil
  }

  /// Seals `bytes` into the port's output, in records as large as may be.
  /// - Returns: false when the session can't go on.
  func seal(_ bytes: UnsafeRawBufferPointer) -> Bool {
    port.claim(self)
    guard !isBroken else { return false }
    guard !bytes.isEmpty else { return true }
    let count = SSL_write(ssl, bytes.baseAddress, CInt(clamping: bytes.count))
    guard count == bytes.count else {
      isBroken = true
      return false
    }
    return true
  }

  /// Leaves close_notify at the port.
  func sayGoodbye() {
    port.claim(self)
    guard !isBroken else { return }
    SSL_shutdown(ssl)
  }

  // The port never refuses to take, so that reading is all it can wait for.
  private var wantsMore: Bool { SSL_want(ssl) == SSL_READING && port.input.isEmpty }

  // MARK: What callbacks note

  static func of(_ ssl: OpaquePointer?) -> TLSSession? {
    guard let ssl, let stored = SSL_get_ex_data(ssl, 0) else { return nil }
    return Unmanaged<TLSSession>.fromOpaque(stored).takeUnretainedValue()
  }

  func note(_ failure: HandshakeFailure) {
    self.failure = self.failure ?? failure
  }

  func noteKeyUpdate() {
    if byteCountSinceUpdate >= Self.keyUpdateByteCount {
      byteCountSinceUpdate = 0
      keyUpdateCount = 0
    }
    keyUpdateCount += 1
  }

  func noteRenegotiation() {
    isRenegotiating = true
  }
}
