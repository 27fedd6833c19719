internal import CLinux
package import EventLoop
internal import Glibc

/// The port for operators and their machines. It has a loop of its own, so that it answers while
/// those that serve are stuck, and one request a connection. It lives as long as the loop, which
/// lives as long as the process.
package final class AdminServer: @unchecked Sendable {
  // Safety: everything but the constants is confined to `loop`.

  /// What one connection may take of it.
  package struct Limits: Sendable {
    /// Connections at once; one more is closed at once.
    package var connectionsMax = 32
    /// From accept to the end of the request.
    package var requestTimeout: Duration = .seconds(5)
    /// From the answer's first byte to its last, and the peer's farewell.
    package var answerTimeout: Duration = .seconds(10)

    package init() {}
  }

  let loop: EventLoop
  let limits: Limits
  let answer: @Sendable (AdminRequest) -> AdminAnswer
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 10, alignment: 16)
  private var connections: [ObjectIdentifier: AdminConnection] = [:]
  private var acceptor: AdminAcceptor?

  /// - Parameters:
  ///   - loop: serves nothing else.
  ///   - answer: called on `loop`.
  package init(
    loop: EventLoop, limits: Limits = Limits(),
    answer: @escaping @Sendable (AdminRequest) -> AdminAnswer
  ) {
    self.loop = loop
    self.limits = limits
    self.answer = answer
  }

  deinit { readBuffer.deallocate() }

  /// Accepts connections from now on; returns the address with the port in force.
  /// - Throws: a ``SystemError``: `bind` with EADDRINUSE when another process has the port.
  package func listen(on address: SocketAddress) async throws -> SocketAddress {
    try await loop.run { [self] in
      let acceptor = try AdminAcceptor(address, server: self)
      self.acceptor = acceptor
      return acceptor.boundAddress
    }
  }

  func adopt(_ socket: Socket) {
    guard connections.count < limits.connectionsMax,
      let connection = AdminConnection(socket, server: self)
    else { return }
    connections[ObjectIdentifier(connection)] = connection
  }

  func forget(_ connection: AdminConnection) {
    connections[ObjectIdentifier(connection)] = nil
  }
}

/// The listening socket of the admin port. Accepting rests while descriptors are short, as level
/// triggering tells again by itself after the pause.
private final class AdminAcceptor: ReadinessHandler {
  let boundAddress: SocketAddress
  private let address: SocketAddress
  private let socket: Socket
  private let server: AdminServer
  private var registration: Registration?

  private static let acceptsPerTurnMax = 16
  private static let pause: Duration = .milliseconds(100)

  init(_ address: SocketAddress, server: AdminServer) throws(SystemError) {
    self.address = address
    self.server = server
    socket = try Socket.listening(on: address, backlog: 64)
    boundAddress = socket.boundAddress(asked: address)
    registration = try server.loop.register(socket.descriptor, .readable, self)
  }

  func ready(_ readiness: Readiness) {
    for _ in 0..<Self.acceptsPerTurnMax {
      var storage = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let descriptor = linux_accept(socket.descriptor, &storage, &length)
      guard descriptor >= 0 else {
        if ![EAGAIN, EINTR, ECONNABORTED].contains(-descriptor) { rest() }
        return
      }
      server.adopt(Socket.accepted(descriptor, at: address))
    }
  }

  private func rest() {
    guard let registration else { return }
    server.loop.modify(registration, [])
    server.loop.schedule(after: Self.pause) { [server] in
      server.loop.modify(registration, .readable)
    }
  }
}
