internal import EventLoop
internal import HTTP2
internal import RPC
internal import Synchronization

/// One accepted connection: its socket on the loop, its frames by `ServerConnection`.
///
/// A turn reads what is there, lets the session and the calls work on it, and writes once. While
/// the kernel holds back what was written, no more frames are made: they stay with the calls,
/// whose writers then wait.
final class Connection: ReadinessHandler, Flushable {
  enum State {
    /// TLS is being agreed on, or waits for its turn to be.
    case handshaking
    case open
    /// Told why it ends; what the peer still sends is read and dropped.
    case lingering
    case closed
  }

  let home: LoopHome
  let socket: Socket
  let peer: String
  var rpc: ServerConnection?
  private var registration: Registration?
  var state = State.open
  var unsent = OutputBuffer(capacity: 1024)
  private var isFlushRequested = false
  private var watched = Interest.readable
  var prefaceTimer: Timer?
  private var settingsTimer: Timer?
  private var endTimer: Timer?
  var drainTimer: Timer?
  var lifetimeTimer: Timer?
  var sweepTimer: Timer?
  var lifetime: Lifetime?
  /// On the clock of the loop's turns, in nanoseconds.
  var lastReadAt: UInt64 = 0
  /// When the last call ended.
  var idleSince: UInt64 = 0
  /// Why we said goodbye.
  var goodbye: ConnectionEnd?
  var end = ConnectionEnd.peer
  /// Which of the server's listeners of TLS accepted it; nil: there is none.
  let tlsListener: Int?
  let acceptedAt: MonotonicInstant
  /// Nil in plaintext, and until the handshake's turn has come.
  var tls: TLSSession?

  static let readsPerTurnMax = 4
  private static let writesPerTurnMax = 4
  /// Octets of frames made for one write.
  private static let writeByteCount = 64 << 10
  private static let unsentCapacityKept = 4096

  init(_ socket: Socket, peer: String, home: LoopHome, tlsListener: Int? = nil) throws {
    self.home = home
    self.socket = socket
    self.peer = peer
    self.tlsListener = tlsListener
    acceptedAt = .now()
    if tlsListener == nil { rpc = try makeRPC() } else { state = .handshaking }
    do {
      registration = try home.loop.register(socket.descriptor, .readable, self)
    } catch {
      rpc?.disconnected()
      throw error
    }
    if tlsListener == nil {
      awaitPreface()
    } else {
      prefaceTimer = timer(home.configuration.handshakeTimeout) { $0.failHandshake(.timeout) }
    }
  }

  func makeRPC() throws -> ServerConnection {
    try ServerConnection(
      router: home.router, host: self, limits: home.configuration.rpcLimits,
      sessionLimits: home.configuration.sessionLimits, peer: peer, pool: home.streamPool)
  }

  func awaitPreface() {
    prefaceTimer = timer(home.configuration.prefaceTimeout) { $0.close(.prefaceTimeout) }
  }

  // MARK: Reading

  func ready(_ readiness: Readiness) {
    switch state {
    case .handshaking:
      handshakeReady(readiness)
    case .open:
      if readiness.contains(.writable) { sendUnsent() }
      if !readiness.isDisjoint(with: [.readable, .hangup, .error]) { read() }
    case .lingering:
      discard()
    case .closed:
      return
    }
  }

  private func read() {
    for _ in 0..<Self.readsPerTurnMax {
      switch socket.read(into: home.readBuffer) {
      case .bytes(let count):
        let bytes = UnsafeRawBufferPointer(rebasing: home.readBuffer[..<count])
        if tls == nil { receive(bytes) } else { receiveSealed(bytes) }
        if state != .open || count < home.readBuffer.count || !watched.contains(.readable) {
          return
        }
      case .wouldBlock:
        return
      case .ended, .failed:
        close(.peer)
        return
      }
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) {
    guard let rpc else { return }
    home.pressure.turn(at: home.loop.now.nanoseconds, lateness: home.loop.lateness)
    lastReadAt = home.loop.now.nanoseconds
    switch rpc.receive(bytes, at: lastReadAt) {
    case .open:
      if prefaceTimer != nil, rpc.hasPeerSettings { prefaceArrived() }
      if !unsent.isEmpty { watch(isPeerStuck ? .writable : [.readable, .writable]) }
      requestFlush()
    case .closing(let reason):
      end = fault(reason)
      requestFlush()
    case .http1(let answer):
      end = .http1
      if let tls {
        _ = answer.withUnsafeBytes { tls.seal($0) }
        sendSealed()
      } else {
        unsent.append(answer)
        sendUnsent()
      }
      if state == .open { linger() }
    case .tls:
      close(.tlsMismatch)
    }
  }

  private func prefaceArrived() {
    prefaceTimer?.cancel()
    prefaceTimer = nil
    beginLifetime()
    settingsTimer = timer(home.configuration.settingsTimeout) { connection in
      if connection.rpc?.isSettingsAcknowledged == false { connection.close(.settingsTimeout) }
    }
  }

  private func discard() {
    for _ in 0..<Self.readsPerTurnMax {
      switch socket.read(into: home.readBuffer) {
      case .bytes: continue
      case .wouldBlock: return
      case .ended, .failed:
        close(end)
        return
      }
    }
  }

  // MARK: Writing

  func requestFlush() {
    guard !isFlushRequested, state == .open else { return }
    isFlushRequested = true
    home.loop.requestFlush(self, .replies)
  }

  func flush() {
    isFlushRequested = false
    guard state == .open, unsent.isEmpty, let rpc else { return }
    produce(rpc)
    guard state == .open else { return }
    if rpc.settleMemory(unsentByteCount: unsent.count) { home.census.shed() }
    if sweepTimer == nil, rpc.streamCount > 0 { beginSweeping() }
  }

  private func produce(_ rpc: ServerConnection) {
    for _ in 0..<Self.writesPerTurnMax {
      let outcome = rpc.produce(into: &home.output, upTo: Self.writeByteCount)
      let isProgress = !home.output.isEmpty
      guard write() else { return }
      switch outcome {
      case .idle:
        watchWindows(rpc, isProgress: isProgress)
        return
      case .more:
        continue
      case .finished:
        linger(end == .peer ? goodbye ?? .finished : nil)
        return
      case .failed(let rule):
        linger(fault(rule))
        return
      }
    }
    requestFlush()
  }

  /// A peer that opens no window for a waiting answer is as stuck as one that reads nothing.
  private func watchWindows(_ rpc: ServerConnection, isProgress: Bool) {
    if rpc.queuedByteCount == 0 {
      if endTimer != nil { disarm() }
    } else if isProgress || endTimer == nil {
      arm(home.configuration.writeStallTimeout) { $0.close(.writeStalled) }
    }
  }

  /// Writes the loop's buffer, sealed where there is TLS; false when the kernel took only a part,
  /// or the peer has gone.
  private func write() -> Bool {
    guard let tls else { return transmit(&home.output) }
    let isSealed = home.output.withUnsafeBytes { tls.seal($0) }
    home.output.removeAll()
    guard isSealed else {
      home.port.output.removeAll()
      close(.tlsBroken("nothing more can be sealed"))
      return false
    }
    return transmit(&home.port.output)
  }

  /// Sends a buffer of the loop and empties it; what the kernel does not take now is kept.
  func transmit(_ output: inout OutputBuffer) -> Bool {
    defer { output.removeAll() }
    while !output.isEmpty {
      switch output.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count):
        output.take(count)
      case .wouldBlock:
        output.withUnsafeBytes { unsent.append($0) }
        holdBack()
        return false
      case .ended, .failed:
        close(.peer)
        return false
      }
    }
    return true
  }

  func sendUnsent() {
    while !unsent.isEmpty {
      switch unsent.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count):
        unsent.take(count)
        arm(home.configuration.writeStallTimeout) { $0.close(.writeStalled) }
      case .wouldBlock:
        holdBack()
        return
      case .ended, .failed:
        close(.peer)
        return
      }
    }
    disarm()
    // What was held back once may never be so long again.
    if unsent.capacity > Self.unsentCapacityKept { unsent = OutputBuffer(capacity: 1024) }
    watch(.readable)
    requestFlush()
  }

  private func holdBack() {
    watch(isPeerStuck ? .writable : [.readable, .writable])
    arm(home.configuration.writeStallTimeout) { $0.close(.writeStalled) }
  }

  /// More waits for the peer than it may make us keep: it is not read from until it reads.
  private var isPeerStuck: Bool {
    unsent.count > home.configuration.unsentByteCountMax
      || (rpc?.queuedFrameCount ?? 0) > home.configuration.queuedFrameCountMax
  }

  func watch(_ interest: Interest) {
    guard let registration, interest != watched else { return }
    watched = interest
    home.loop.modify(registration, interest)
  }

  // MARK: Ending

  func beginDrain(_ reason: String = "draining") {
    if state == .handshaking { close(.shutdown) }
    guard state == .open, let rpc else { return }
    rpc.beginDrain(reason)
    limitNotice()
    requestFlush()
  }

  /// The last GOAWAY does not wait for ever for a peer that has to read the notice.
  func limitNotice() {
    guard drainTimer == nil else { return }
    drainTimer = timer(home.configuration.drainAckTimeout) { $0.rpc?.drainTimePassed() }
  }

  /// Sends FIN and reads on for a while: closing at once would let the peer's next frame, a
  /// WINDOW_UPDATE for the last answer, turn into a TCP reset that destroys the answer.
  func linger(_ end: ConnectionEnd? = nil) {
    if let end { self.end = end }
    state = .lingering
    rpc?.disconnected()
    if let tls, unsent.isEmpty {
      tls.sayGoodbye()
      // A kernel that takes nothing now has a peer that reads nothing.
      _ = home.port.output.withUnsafeBytes { socket.write($0) }
    }
    if tls != nil { home.port.output.removeAll() }
    socket.shutdownWriting()
    watch(.readable)
    let reason = self.end
    let delay =
      [.finished, .idle, .aged].contains(reason)
      ? home.configuration.farewellTimeout : home.configuration.lingerTimeout
    arm(delay) { $0.close(reason) }
  }

  /// What a failure of the session was.
  private func fault(_ rule: String) -> ConnectionEnd {
    rpc?.abuse.map { .abuse($0) } ?? .protocolError(rule)
  }

  func close(_ end: ConnectionEnd) {
    guard state != .closed else { return }
    let wasHandshaking = state == .handshaking
    state = .closed
    if wasHandshaking { handshakeEnded(.peerClosed) }
    let end = wasHandshaking && end == .peer ? .handshakeFailed(.peerClosed) : end
    for timer in [prefaceTimer, settingsTimer, endTimer, drainTimer] { timer?.cancel() }
    for timer in [lifetimeTimer, sweepTimer] { timer?.cancel() }
    if let registration { home.loop.deregister(registration) }
    registration = nil
    rpc?.disconnected()
    socket.close()
    if case .abuse(let vector) = end { home.observer.abuseClosed(peer: peer, vector) }
    if let rpc { home.observer.connectionCounted(rpc.ledger) }
    home.observer.connectionEnded(peer: peer, end)
    home.forget(self)
  }

  // MARK: Timers

  /// Arms the timer by which the connection ends; there is one at a time.
  private func arm(_ delay: Duration, _ body: @escaping (Connection) -> Void) {
    endTimer?.cancel()
    endTimer = timer(delay, body)
  }

  private func disarm() {
    endTimer?.cancel()
    endTimer = nil
  }

  func timer(_ delay: Duration, _ body: @escaping (Connection) -> Void) -> Timer {
    home.loop.schedule(after: delay) { [weak self] in
      if let self { body(self) }
    }
  }
}
