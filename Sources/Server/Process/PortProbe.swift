import Glibc

/// Whether a TCP port of a loopback address can be listened on: nil, or the errno of trying.
///
/// Another process may still take it before it is listened on in earnest.
enum PortProbe {
  static func failureIPv4(port: UInt16) -> CInt? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return failure(&address, AF_INET)
  }

  static func failureIPv6(port: UInt16) -> CInt? {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = in6addr_loopback
    return failure(&address, AF_INET6)
  }

  private static func failure<Address>(_ address: inout Address, _ family: CInt) -> CInt? {
    let probe = socket(family, CInt(SOCK_STREAM.rawValue), 0)
    guard probe >= 0 else { return errno }
    defer { close(probe) }
    var one: CInt = 1
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard result == 0, listen(probe, 1) == 0 else { return errno }
    return nil
  }
}
