internal import CLinux
internal import EventLoop
internal import Glibc

/// Owns one non-blocking socket; closed exactly once, at the latest with its owner.
final class Socket {
  private(set) var descriptor: CInt

  private init(adopting descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit { close() }

  /// A listening socket on `address`. A stale unix socket that nobody answers on is replaced.
  /// - Throws: the failing call: `bind` with EADDRINUSE when the port is taken.
  static func listening(on address: SocketAddress, backlog: CInt) throws(SystemError) -> Socket {
    let socket = try make(address.family)
    if case .unix(let path) = address {
      try removeStale(path, address)
    } else {
      _ = linux_set_option(socket.descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
      if case .ipv6 = address {
        _ = linux_set_option(socket.descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1)
      }
    }
    guard address.withKernelAddress({ bind(socket.descriptor, $0, $1) }) == 0 else {
      throw .last("bind")
    }
    guard listen(socket.descriptor, backlog) == 0 else { throw .last("listen") }
    return socket
  }

  /// A socket whose connection to `address` has begun: writable once it is there or has failed.
  static func connecting(to address: SocketAddress) throws(SystemError) -> Socket {
    let socket = try make(address.family)
    socket.setOptions(for: address)
    let result = address.withKernelAddress { connect(socket.descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else { throw .last("connect") }
    return socket
  }

  /// A connection handed over by `accept`.
  static func accepted(_ descriptor: CInt, at address: SocketAddress) -> Socket {
    let socket = Socket(adopting: descriptor)
    socket.setOptions(for: address)
    return socket
  }

  private static func make(_ family: CInt) throws(SystemError) -> Socket {
    let descriptor = linux_socket(family, CInt(SOCK_STREAM.rawValue))
    guard descriptor >= 0 else { throw SystemError("socket", code: -descriptor) }
    return Socket(adopting: descriptor)
  }

  private static func removeStale(_ path: String, _ address: SocketAddress) throws(SystemError) {
    let probe = try make(AF_UNIX)
    let result = address.withKernelAddress { connect(probe.descriptor, $0, $1) }
    if result == 0 || errno == EAGAIN { throw SystemError("bind", code: EADDRINUSE) }
    var status = stat()
    guard errno == ECONNREFUSED, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK
    else { return }
    unlink(path)
  }

  /// Small answers leave at once. A peer that acknowledges nothing for 20 s is given up, and one
  /// that has vanished while nothing was under way is found within 150 s.
  private func setOptions(for address: SocketAddress) {
    if case .unix = address { return }
    _ = linux_set_option(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
    _ = linux_set_option(descriptor, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, 20_000)
    _ = linux_set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    _ = linux_set_option(descriptor, CInt(IPPROTO_TCP), TCP_KEEPIDLE, 120)
    _ = linux_set_option(descriptor, CInt(IPPROTO_TCP), TCP_KEEPINTVL, 10)
    _ = linux_set_option(descriptor, CInt(IPPROTO_TCP), TCP_KEEPCNT, 3)
  }

  /// The address the kernel bound it to: the chosen port when 0 was asked for.
  func boundAddress(asked: SocketAddress) -> SocketAddress {
    if case .unix = asked { return asked }
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard result == 0, let address = SocketAddress(kernel: storage) else { return asked }
    return address
  }

  /// Why the connection attempt failed; nil when it succeeded.
  var pendingError: SystemError? {
    let code = linux_socket_error(descriptor)
    return code == 0 ? nil : SystemError("connect", code: abs(code))
  }

  /// What a read or a write came to.
  enum Outcome {
    case bytes(Int)
    case wouldBlock
    case ended
    case failed(CInt)
  }

  /// Reads what is there, at most `buffer.count` bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .ended }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .failed(errno)
    }
  }

  /// Writes what the kernel takes.
  func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    while true {
      let count = send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .failed(errno)
    }
  }

  /// Sends FIN: the peer may still be read from.
  func shutdownWriting() {
    _ = shutdown(descriptor, CInt(SHUT_WR))
  }

  func close() {
    guard descriptor >= 0 else { return }
    _ = Glibc.close(descriptor)
    descriptor = -1
  }
}
