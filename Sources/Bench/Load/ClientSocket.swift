import ArgumentParser
import Glibc

/// Owns one connected socket, non-blocking once it is connected.
final class ClientSocket {
  let descriptor: CInt

  /// Connects to `127.0.0.1:PORT` or `unix:/PATH`.
  init(address: String) throws {
    if address.hasPrefix("unix:") {
      descriptor = try Self.connect(unix: String(address.dropFirst(5)))
    } else {
      descriptor = try Self.connect(loopback: address)
    }
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
  }

  deinit { close(descriptor) }

  private static func connect(loopback address: String) throws -> CInt {
    let parts = address.split(separator: ":")
    var kernel = sockaddr_in()
    kernel.sin_family = sa_family_t(AF_INET)
    guard parts.count == 2, let port = UInt16(parts[1]),
      inet_pton(AF_INET, String(parts[0]), &kernel.sin_addr) == 1
    else { throw ValidationError("\(address) is no IPv4 address with a port") }
    kernel.sin_port = port.bigEndian
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    let result = withUnsafePointer(to: &kernel) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw LoadFailure.connect(address, errno) }
    var on: CInt = 1
    setsockopt(
      descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    return descriptor
  }

  private static func connect(unix path: String) throws -> CInt {
    var kernel = sockaddr_un()
    kernel.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &kernel.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    let result = withUnsafePointer(to: &kernel) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw LoadFailure.connect(path, errno) }
    return descriptor
  }
}

enum LoadFailure: Error, CustomStringConvertible {
  case connect(String, CInt)
  case connection(String)

  var description: String {
    switch self {
    case .connect(let address, let code):
      "connect to \(address): \(String(cString: strerror(code)))"
    case .connection(let reason): "a connection ended: \(reason)"
    }
  }
}
