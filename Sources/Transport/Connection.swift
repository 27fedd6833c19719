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
  private enum State {
    case open
    /// Told why it ends; what the peer still sends is read and dropped.
    case lingering
    case closed
  }

  private let home: LoopHome
  private let socket: Socket
  private let peer: String
  private var rpc: ServerConnection?
  private var registration: Registration?
  private var state = State.open
  private var unsent = OutputBuffer(capacity: 1024)
  private var isFlushRequested = false
  private var watched = Interest.readable
  private var prefaceTimer: Timer?
  private var endTimer: Timer?
  private var drainTimer: Timer?
  private var end = ConnectionEnd.peer

  private static let readsPerTurnMax = 4
  private static let writesPerTurnMax = 4
  /// Octets of frames made for one write.
  private static let writeByteCount = 64 << 10

  init(_ socket: Socket, peer: String, home: LoopHome) throws {
    self.home = home
    self.socket = socket
    self.peer = peer
    rpc = try ServerConnection(
      router: home.router, host: self, limits: home.configuration.rpcLimits,
      sessionLimits: home.configuration.sessionLimits, peer: peer, pool: home.streamPool)
    registration = try home.loop.register(socket.descriptor, .readable, self)
    prefaceTimer = timer(home.configuration.prefaceTimeout) { $0.close(.prefaceTimeout) }
  }

  // MARK: Reading

  func ready(_ readiness: Readiness) {
    switch state {
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
        receive(UnsafeRawBufferPointer(rebasing: home.readBuffer[..<count]))
        if state != .open || count < home.readBuffer.count { return }
      case .wouldBlock:
        return
      case .ended, .failed:
        close(.peer)
        return
      }
    }
  }

  private func receive(_ bytes: UnsafeRawBufferPointer) {
    guard let rpc else { return }
    switch rpc.receive(bytes) {
    case .open:
      if prefaceTimer != nil, rpc.hasPeerSettings {
        prefaceTimer?.cancel()
        prefaceTimer = nil
      }
      requestFlush()
    case .closing(let reason):
      end = .protocolError(reason)
      requestFlush()
    case .http1(let answer):
      end = .http1
      unsent.append(answer)
      sendUnsent()
      if state == .open { linger() }
    case .tls:
      close(.tlsMismatch)
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

  private func requestFlush() {
    guard !isFlushRequested, state == .open else { return }
    isFlushRequested = true
    home.loop.requestFlush(self, .replies)
  }

  func flush() {
    isFlushRequested = false
    guard state == .open, unsent.isEmpty, let rpc else { return }
    for _ in 0..<Self.writesPerTurnMax {
      let outcome = rpc.produce(into: &home.output, upTo: Self.writeByteCount)
      guard write() else { return }
      switch outcome {
      case .idle: return
      case .more: continue
      case .finished:
        finish()
        return
      }
    }
    requestFlush()
  }

  /// Writes the loop's buffer; false when the kernel took only a part, or the peer has gone.
  private func write() -> Bool {
    defer { home.output.removeAll() }
    while !home.output.isEmpty {
      switch home.output.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count):
        home.output.take(count)
      case .wouldBlock:
        home.output.withUnsafeBytes { unsent.append($0) }
        holdBack()
        return false
      case .ended, .failed:
        close(.peer)
        return false
      }
    }
    return true
  }

  private func sendUnsent() {
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
    endTimer?.cancel()
    watch(.readable)
    requestFlush()
  }

  private func holdBack() {
    let isPeerStuck = unsent.count > home.configuration.unsentByteCountMax
    watch(isPeerStuck ? .writable : [.readable, .writable])
    arm(home.configuration.writeStallTimeout) { $0.close(.writeStalled) }
  }

  private func watch(_ interest: Interest) {
    guard let registration, interest != watched else { return }
    watched = interest
    home.loop.modify(registration, interest)
  }

  // MARK: Ending

  func beginDrain() {
    guard state == .open, let rpc else { return }
    end = .finished
    rpc.beginDrain()
    drainTimer = timer(home.configuration.drainAckTimeout) { $0.rpc?.drainTimePassed() }
    requestFlush()
  }

  /// The session has said its last word and the kernel has it.
  private func finish() {
    if case .protocolError = end {
      linger()
    } else {
      close(.finished)
    }
  }

  /// Sends FIN and reads on for a while, so that the peer sees the reason and not a TCP reset.
  private func linger() {
    state = .lingering
    rpc?.disconnected()
    socket.shutdownWriting()
    watch(.readable)
    let reason = end
    arm(home.configuration.lingerTimeout) { $0.close(reason) }
  }

  func close(_ end: ConnectionEnd) {
    guard state != .closed else { return }
    state = .closed
    for timer in [prefaceTimer, endTimer, drainTimer] { timer?.cancel() }
    if let registration { home.loop.deregister(registration) }
    registration = nil
    rpc?.disconnected()
    socket.close()
    home.observer.connectionEnded(peer: peer, end)
    home.forget(self)
  }

  // MARK: Timers

  /// Arms the timer by which the connection ends; there is one at a time.
  private func arm(_ delay: Duration, _ body: @escaping (Connection) -> Void) {
    endTimer?.cancel()
    endTimer = timer(delay, body)
  }

  private func timer(_ delay: Duration, _ body: @escaping (Connection) -> Void) -> Timer {
    home.loop.schedule(after: delay) { [weak self] in
      if let self { body(self) }
    }
  }
}

extension Connection: ServerHost {
  var nowNanoseconds: UInt64 { MonotonicInstant.now().nanoseconds }

  func start(_ call: ServerCall) {
    home.load.streamCount.add(1, ordering: .relaxed)
    call.adopt(Task.immediate(executorPreference: home.loop) { await call.run() })
  }

  func scheduleDeadline(_ call: ServerCall, at nanoseconds: UInt64) {
    guard nanoseconds < .max else { return }
    let deadline = MonotonicInstant(nanoseconds: nanoseconds)
    call.deadlineTimer = home.loop.schedule(at: deadline) { [weak call] in call?.deadlinePassed() }
  }

  func cancelDeadline(_ call: ServerCall) {
    (call.deadlineTimer as? Timer)?.cancel()
    call.deadlineTimer = nil
  }

  func outputReady(_ connection: ServerConnection) {
    requestFlush()
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {
    home.load.streamCount.subtract(1, ordering: .relaxed)
    home.observer.callEnded(call, status)
  }

  func requestRefused(_ connection: ServerConnection, path: String, _ status: Status) {
    home.observer.requestRefused(peer: peer, path: path, status)
  }
}
