internal import EventLoop

/// One connection to the admin port: its request, its answer, its end.
final class AdminConnection: ReadinessHandler {
  private enum State {
    case reading
    case writing
    /// All is said; what the peer still sends is dropped, so that no TCP reset takes the answer.
    case lingering
  }

  private let socket: Socket
  private let server: AdminServer
  private var registration: Registration?
  private var timer: Timer?
  private var state = State.reading
  private var head: [UInt8] = []
  private var unsent: ArraySlice<UInt8> = []

  /// Nil when the loop can't watch the socket.
  init?(_ socket: Socket, server: AdminServer) {
    self.socket = socket
    self.server = server
    registration = try? server.loop.register(socket.descriptor, .readable, self)
    guard registration != nil else { return nil }
    arm(server.limits.requestTimeout) { $0.refuse(.slow) }
  }

  func ready(_ readiness: Readiness) {
    switch state {
    case .reading: read()
    case .writing: write()
    case .lingering: discard()
    }
  }

  private func read() {
    switch socket.read(into: server.readBuffer) {
    case .bytes(let count):
      head.append(contentsOf: server.readBuffer[..<count])
      switch head.withUnsafeBytes(AdminRequest.parse) {
      case .incomplete: return
      case .request(let request): send(server.answer(request))
      case .refused(let refusal): refuse(refusal)
      }
    case .wouldBlock: return
    case .ended, .failed: close()
    }
  }

  private func refuse(_ refusal: AdminRefusal) {
    guard state == .reading else { return }
    send(refusal.answer)
  }

  private func send(_ answer: AdminAnswer) {
    state = .writing
    head = []
    unsent = answer.bytes[...]
    arm(server.limits.answerTimeout) { $0.close() }
    write()
  }

  private func write() {
    while !unsent.isEmpty {
      switch unsent.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count): unsent = unsent.dropFirst(count)
      case .wouldBlock:
        if let registration { server.loop.modify(registration, .writable) }
        return
      case .ended, .failed: return close()
      }
    }
    state = .lingering
    unsent = []
    socket.shutdownWriting()
    if let registration { server.loop.modify(registration, .readable) }
  }

  private func discard() {
    switch socket.read(into: server.readBuffer) {
    case .bytes, .wouldBlock: return
    case .ended, .failed: close()
    }
  }

  private func close() {
    timer?.cancel()
    timer = nil
    if let registration { server.loop.deregister(registration) }
    registration = nil
    socket.close()
    server.forget(self)
  }

  private func arm(_ delay: Duration, _ body: @escaping (AdminConnection) -> Void) {
    timer?.cancel()
    timer = server.loop.schedule(after: delay) { [weak self] in
      if let self { body(self) }
    }
  }
}
