internal import CLinux
internal import Glibc

/// Where a listener waits or a client connects: an IPv4 or IPv6 address with a port, or the path of
/// a unix socket. Host names are not resolved here.
package enum SocketAddress: Hashable, Sendable {
  /// Address bytes in network order; port 0 lets the kernel choose one.
  case ipv4(address: UInt32, port: UInt16)
  /// The 16 address bytes as two big-endian halves.
  case ipv6(high: UInt64, low: UInt64, port: UInt16)
  /// At most 107 bytes.
  case unix(path: String)

  /// Why a text is not an address.
  package enum ParsingError: Error, Hashable, Sendable {
    case portMissing, portInvalid, hostInvalid, pathTooLong
  }

  /// A unix socket's path, without its closing zero (sun_path holds 108).
  package static let pathByteCountMax = 107

  /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` (IPv4 loopback) or `unix:/path`.
  package init(parsing text: String) throws(ParsingError) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty else { throw .hostInvalid }
      guard path.utf8.count <= Self.pathByteCountMax else { throw .pathTooLong }
      self = .unix(path: path)
      return
    }
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw .portMissing }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(digits)
    else { throw .portInvalid }
    try self.init(host: String(text[..<colon]), port: port)
  }

  private init(host: String, port: UInt16) throws(ParsingError) {
    if host.hasPrefix("["), host.hasSuffix("]") {
      var address = in6_addr()
      guard inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1 else {
        throw .hostInvalid
      }
      let (high, low) = withUnsafeBytes(of: &address) { bytes in
        (
          UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
      }
      self = .ipv6(high: high, low: low, port: port)
      return
    }
    var address = in_addr()
    guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address) == 1 else {
      throw .hostInvalid
    }
    self = .ipv4(address: address.s_addr, port: port)
  }

  /// Whether only processes of this machine can reach it.
  package var isLocal: Bool {
    switch self {
    case .ipv4(let address, _): UInt32(bigEndian: address) >> 24 == 127
    case .ipv6(let high, let low, _): high == 0 && low == 1
    case .unix: true
    }
  }

  var family: CInt {
    switch self {
    case .ipv4: AF_INET
    case .ipv6: AF_INET6
    case .unix: AF_UNIX
    }
  }

  /// Calls `body` with the kernel's form of the address.
  func withKernelAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    switch self {
    case .ipv4(let address, let port):
      var kernel = sockaddr_in()
      kernel.sin_family = sa_family_t(AF_INET)
      kernel.sin_port = port.bigEndian
      kernel.sin_addr.s_addr = address
      return Self.rebinding(&kernel, body)
    case .ipv6(let high, let low, let port):
      var kernel = sockaddr_in6()
      kernel.sin6_family = sa_family_t(AF_INET6)
      kernel.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &kernel.sin6_addr) { bytes in
        bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
        bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      return Self.rebinding(&kernel, body)
    case .unix(let path):
      var kernel = sockaddr_un()
      kernel.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &kernel.sun_path) { bytes in
        bytes.copyBytes(from: path.utf8.prefix(Self.pathByteCountMax))
      }
      return Self.rebinding(&kernel, body)
    }
  }

  private static func rebinding<T, R>(
    _ kernel: inout T, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) -> R {
    withUnsafePointer(to: &kernel) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<T>.size))
      }
    }
  }

  /// Reads what the kernel filled in; nil for a family that isn't one of ours.
  init?(kernel storage: sockaddr_storage) {
    var storage = storage
    switch CInt(storage.ss_family) {
    case AF_INET:
      self = withUnsafeBytes(of: &storage) { bytes in
        let address = bytes.loadUnaligned(as: sockaddr_in.self)
        return .ipv4(address: address.sin_addr.s_addr, port: UInt16(bigEndian: address.sin_port))
      }
    case AF_INET6:
      self = withUnsafeBytes(of: &storage) { bytes in
        let address = bytes.loadUnaligned(as: sockaddr_in6.self)
        let (high, low) = withUnsafeBytes(of: address.sin6_addr) { halves in
          (
            halves.loadUnaligned(as: UInt64.self),
            halves.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
          )
        }
        return .ipv6(
          high: UInt64(bigEndian: high), low: UInt64(bigEndian: low),
          port: UInt16(bigEndian: address.sin6_port))
      }
    case AF_UNIX:
      self = .unix(path: "")
    default:
      return nil
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  /// The form that `init(parsing:)` reads.
  package var description: String {
    switch self {
    case .ipv4(let address, let port):
      let bytes = withUnsafeBytes(of: address) { Array($0) }
      return "\(bytes[0]).\(bytes[1]).\(bytes[2]).\(bytes[3]):\(port)"
    case .ipv6(let high, let low, let port):
      var address = in6_addr()
      withUnsafeMutableBytes(of: &address) { bytes in
        bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
        bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      guard inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil else { return "[]" }
      let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return "[\(String(decoding: bytes, as: UTF8.self))]:\(port)"
    case .unix(let path):
      return "unix:\(path)"
    }
  }
}
