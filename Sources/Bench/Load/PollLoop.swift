import Glibc

/// Something with a socket that reads and writes when told to.
protocol Polled: AnyObject {
  var socket: ClientSocket { get }
  var isBlocked: Bool { get }
  func receive(into buffer: UnsafeMutableRawBufferPointer) throws
  func flush() throws
}

extension LoadConnection: Polled {}

/// Drives connections from one thread by poll(2).
struct PollLoop<Connection: Polled> {
  private let connections: [Connection]

  init(_ connections: [Connection]) {
    self.connections = connections
  }

  /// Reads, lets `prepare` queue more, and writes, until the time is over or `until` holds.
  func run(
    seconds: Double, prepare: (Connection) throws -> Void, until: () -> Bool = { false }
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    let end = Clock.monotonic + UInt64(seconds * 1e9)
    for connection in connections {
      try prepare(connection)
      try connection.flush()
    }
    var watched = connections.map { pollfd(fd: $0.socket.descriptor, events: 0, revents: 0) }
    while Clock.monotonic < end, !until() {
      for index in watched.indices {
        let write = connections[index].isBlocked ? POLLOUT : 0
        watched[index].events = Int16(POLLIN | write)
      }
      guard poll(&watched, nfds_t(watched.count), 50) > 0 else { continue }
      for index in watched.indices where watched[index].revents != 0 {
        let connection = connections[index]
        if watched[index].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
          try connection.receive(into: buffer)
        }
        try prepare(connection)
        try connection.flush()
      }
    }
  }
}
