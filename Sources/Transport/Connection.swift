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
  private var settingsTimer: Timer?
  private var endTimer: Timer?
  private var drainTimer: Timer?
  private var end = ConnectionEnd.peer

  private static let readsPerTurnMax = 4
  private static let writesPerTurnMax = 4
  /// Octets of frames made for one write.
  private static let writeByteCount = 64 << 10
  private static let unsentCapacityKept = 4096

  init(_ socket: Socket, peer: String, home: LoopHome) throws {
    self.home = home
    self.socket = socket
    self.peer = peer
    rpc = try ServerConnection(
      router: home.router, host: self, limits: home.configuration.rpcLimits,
      sessionLimits: home.configuration.sessionLimits, peer: peer, pool: home.streamPool)
    do {
      registration = try home.loop.register(socket.descriptor, .readable, self)
    } catch {
      rpc?.disconnected()
      throw error
    }
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

  private func receive(_ bytes: UnsafeRawBufferPointer) {
    guard let rpc else { return }
    switch rpc.receive(bytes) {
    case .open:
      if prefaceTimer != nil, rpc.hasPeerSettings { prefaceArrived() }
      if !unsent.isEmpty { watch(isPeerStuck ? .writable : [.readable, .writable]) }
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

  private func prefaceArrived() {
    prefaceTimer?.cancel()
    prefaceTimer = nil
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
      let isProgress = !home.output.isEmpty
      guard write() else { return }
      switch outcome {
      case .idle:
        watchWindows(rpc, isProgress: isProgress)
        return
      case .more:
        continue
      case .finished:
        if case .protocolError = end { linger() } else { linger(.finished) }
        return
      case .failed(let rule):
        linger(.protocolError(rule))
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

  private func watch(_ interest: Interest) {
    guard let registration, interest != watched else { return }
    watched = interest
    home.loop.modify(registration, interest)
  }

  // MARK: Ending

  func beginDrain() {
    guard state == .open, let rpc else { return }
    rpc.beginDrain()
    drainTimer = timer(home.configuration.drainAckTimeout) { $0.rpc?.drainTimePassed() }
    requestFlush()
  }

  /// Sends FIN and reads on for a while: closing at once would let the peer's next frame, a
  /// WINDOW_UPDATE for the last answer, turn into a TCP reset that destroys the answer.
  private func linger(_ end: ConnectionEnd? = nil) {
    if let end { self.end = end }
    state = .lingering
    rpc?.disconnected()
    socket.shutdownWriting()
    watch(.readable)
    let reason = self.end
    let delay =
      reason == .finished
      ? home.configuration.farewellTimeout : home.configuration.lingerTimeout
    arm(delay) { $0.close(reason) }
  }

  func close(_ end: ConnectionEnd) {
    guard state != .closed else { return }
    state = .closed
    for timer in [prefaceTimer, settingsTimer, endTimer, drainTimer] { timer?.cancel() }
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

  private func disarm() {
    endTimer?.cancel()
    endTimer = nil
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

  func callAnswered(_ call: ServerCall) {
    home.observer.callEnded(call, .ok)
  }

  func requestRefused(_ connection: ServerConnection, path: String, _ status: Status) {
    home.observer.requestRefused(peer: peer, path: path, status)
  }
}
