internal import EventLoop
internal import HTTP2
internal import RPC

/// TLS between the socket and `ServerConnection`.
extension Connection {
  // MARK: Handshake

  func handshakeReady(_ readiness: Readiness) {
    if readiness.contains(.writable) { sendUnsent() }
    guard state == .handshaking else { return }
    if tls != nil {
      readHandshake()
    } else if readiness.contains(.readable) {
      askForHandshake()
    } else if !readiness.isDisjoint(with: [.hangup, .error]) {
      close(.peer)
    }
  }

  /// A peer that has sent nothing yet takes no place.
  private func askForHandshake() {
    switch home.handshakes.enter(self, at: .now()) {
    case .begins:
      beginHandshake()
      readHandshake()
    case .waits:
      watch([])
      home.relieveHandshakes()
    case .full:
      failHandshake(.full)
    }
  }

  /// Its turn has come: what waits in the kernel is told by the loop.
  func handshakeGranted() {
    beginHandshake()
    watch(.readable)
  }

  private func beginHandshake() {
    guard let tlsListener, home.tlsContexts.indices.contains(tlsListener) else { return }
    tls = TLSSession(home.tlsContexts[tlsListener], at: home.port)
  }

  private func readHandshake() {
    for _ in 0..<Self.readsPerTurnMax {
      switch socket.read(into: home.readBuffer) {
      case .bytes(let count):
        takeHandshake(UnsafeRawBufferPointer(rebasing: home.readBuffer[..<count]))
        guard state == .handshaking, count == home.readBuffer.count else { return }
      case .wouldBlock:
        return
      case .ended, .failed:
        close(.peer)
        return
      }
    }
  }

  private func takeHandshake(_ bytes: UnsafeRawBufferPointer) {
    guard let tls else { return }
    if tls.isUnread, bytes[0] != Self.handshakeRecord {
      answerPlaintext(bytes)
      return
    }
    switch tls.handshake(bytes) {
    case .needsMore:
      sendSealed()
    case .failed(let failure):
      failHandshake(failure)
    case .done:
      established(tls)
    }
  }

  /// RFC 8446 §5.1.
  private static let handshakeRecord: UInt8 = 22

  private func established(_ tls: TLSSession) {
    let identity = tls.peerIdentity
    if tls.context.requiresClientCertificates, identity == nil {
      failHandshake(.certificateNameless)
      return
    }
    handshakeEnded(nil)
    do {
      let rpc = try makeRPC()
      rpc.peerIdentity = identity
      self.rpc = rpc
    } catch {
      close(.protocolError("\(error)"))
      return
    }
    state = .open
    awaitPreface()
    // The ticket and our SETTINGS leave together, after what came with the peer's last flight.
    openRecords()
    if state == .open { flush() }
    sendSealed()
  }

  private func answerPlaintext(_ bytes: UnsafeRawBufferPointer) {
    if let answer = PlaintextAnswer.to(bytes) {
      unsent.append(answer)
      sendUnsent()
    }
    failHandshake(.plaintext)
  }

  func failHandshake(_ failure: HandshakeFailure) {
    guard state == .handshaking else { return }
    handshakeEnded(failure)
    // The alert, which must not be destroyed by a reset.
    sendSealed()
    if state == .closed { return }
    linger(.handshakeFailed(failure))
  }

  /// Gives the place to the next, and tells how it went.
  func handshakeEnded(_ failure: HandshakeFailure?) {
    prefaceTimer?.cancel()
    prefaceTimer = nil
    let duration = MonotonicInstant.now() - acceptedAt
    home.observer.handshakeEnded(peer: peer, after: duration, failure: failure)
    home.leaveHandshakes(self)
  }

  // MARK: Data

  /// Hands on what the records that came hold, as far as they are whole.
  func receiveSealed(_ bytes: UnsafeRawBufferPointer) {
    tls?.receive(bytes)
    openRecords()
    sendSealed()
  }

  private func openRecords() {
    guard let tls else { return }
    defer { home.port.input = UnsafeRawBufferPointer(start: nil, count: 0) }
    repeat {
      switch tls.open(into: home.port.plaintext) {
      case .bytes(let count):
        receive(UnsafeRawBufferPointer(rebasing: home.port.plaintext[..<count]))
        guard state == .open else { return }
      case .needsMore:
        return
      case .ended:
        close(.peer)
        return
      case .failed(let rule):
        sendSealed()
        linger(.tlsBroken(rule))
        return
      }
    } while tls.mayHoldMore
  }

  /// What OpenSSL has to say by itself: handshake flights, tickets, alerts.
  func sendSealed() {
    guard state != .closed, let tls else { return }
    home.port.claim(tls)
    guard !home.port.output.isEmpty else { return }
    guard unsent.isEmpty else {
      home.port.output.withUnsafeBytes { unsent.append($0) }
      home.port.output.removeAll()
      return
    }
    _ = transmit(&home.port.output)
  }

  /// Whether its client's certificate would still be accepted: after a change of authorities or of
  /// revocation lists.
  var isStillAccepted: Bool {
    guard let tls, let tlsListener, home.tlsContexts.indices.contains(tlsListener) else {
      return true
    }
    return tls.isAccepted(by: home.tlsContexts[tlsListener])
  }
}
