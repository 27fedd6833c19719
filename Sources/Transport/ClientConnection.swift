package import EventLoop
package import HTTP2

/// A client's connection on a loop: connects, drives a `ClientSession`, writes once a turn.
///
/// Confined to its loop. Requests are queued at `session`; those queued outside of the session's
/// callbacks need `requestOutput()`.
package final class ClientConnection: ReadinessHandler, Flushable {
  /// Why a connection ended.
  package enum End: Error, Hashable, Sendable {
    case connectFailed(SystemError)
    /// The server closed it, or reset it.
    case peer
    case protocolError(String)
    /// `close()` was called.
    case closed
  }

  package let session: ClientSession
  private let loop: EventLoop
  private let socket: Socket
  private let ended: (End) -> Void
  private var registration: Registration?
  private var isConnected = false
  private var isFlushRequested = false
  private var output = OutputBuffer()
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// Begins to connect; requests may be queued at once.
  /// - Parameters:
  ///   - delegate: not retained; it must outlive the connection.
  ///   - ended: called once, on the loop.
  package init(
    to address: SocketAddress, on loop: EventLoop, limits: SessionLimits = SessionLimits(),
    delegate: any ClientSessionDelegate, ended: @escaping (End) -> Void
  ) throws {
    self.loop = loop
    self.ended = ended
    session = try ClientSession(limits: limits, delegate: delegate)
    socket = try Socket.connecting(to: address)
    registration = try loop.register(socket.descriptor, [.readable, .writable], self)
  }

  /// Has queued frames written at the end of this turn.
  package func requestOutput() {
    guard isConnected, !isFlushRequested else { return }
    isFlushRequested = true
    loop.requestFlush(self, .replies)
  }

  /// Closes the socket at once; every open stream is told.
  package func close() {
    finish(.closed)
  }

  package func ready(_ readiness: Readiness) {
    guard registration != nil else { return }
    if !isConnected {
      if let error = socket.pendingError {
        finish(.connectFailed(error))
        return
      }
      isConnected = true
      watch(.readable)
      requestOutput()
    }
    if readiness.contains(.writable) { requestOutput() }
    if !readiness.isDisjoint(with: [.readable, .hangup, .error]) { read() }
  }

  private func read() {
    for _ in 0..<4 {
      let outcome = buffer.withUnsafeMutableBytes { socket.read(into: $0) }
      switch outcome {
      case .bytes(let count):
        do {
          try buffer.withUnsafeBytes {
            try session.receive(UnsafeRawBufferPointer(rebasing: $0[..<count]))
          }
        } catch {
          finish(.protocolError("\(error)"))
          return
        }
        requestOutput()
        if count < buffer.count { return }
      case .wouldBlock:
        return
      case .ended, .failed:
        finish(.peer)
        return
      }
    }
  }

  package func flush() {
    isFlushRequested = false
    guard registration != nil else { return }
    do {
      while true {
        let isMore = output.isEmpty ? try session.produce(into: &output, upTo: 64 << 10) : true
        guard write() else { return }
        if !isMore { break }
      }
    } catch {
      finish(.protocolError("\(error)"))
      return
    }
    if session.isFinished { finish(.peer) }
  }

  private func write() -> Bool {
    while !output.isEmpty {
      switch output.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count):
        output.take(count)
      case .wouldBlock:
        watch([.readable, .writable])
        return false
      case .ended, .failed:
        finish(.peer)
        return false
      }
    }
    watch(.readable)
    return true
  }

  private var watched: Interest = [.readable, .writable]

  private func watch(_ interest: Interest) {
    guard let registration, interest != watched else { return }
    watched = interest
    loop.modify(registration, interest)
  }

  private func finish(_ end: End) {
    guard let registration else { return }
    loop.deregister(registration)
    self.registration = nil
    socket.close()
    session.abandon()
    ended(end)
  }
}
