import Glibc

/// Where a listener binds: an address literal with a port, or a unix socket.
package enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// `host` is an IPv4 or IPv6 literal without brackets. Port 0 asks the kernel for a free one.
  case ip(host: String, port: UInt16)
  /// An absolute path of at most 107 bytes (sun_path).
  case unix(path: String)

  /// Reads `127.0.0.1:8443`, `[::1]:8443` or `unix:/run/roster.sock`; nil for anything else.
  /// Names are not resolved: what a name means may differ between two starts.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard path.hasPrefix("/"), path.utf8.count <= 107 else { return nil }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      let literal = String(host.dropFirst().dropLast())
      guard Self.isLiteral(literal, AF_INET6) else { return nil }
      self = .ip(host: literal, port: port)
    } else {
      guard Self.isLiteral(String(host), AF_INET) else { return nil }
      self = .ip(host: String(host), port: port)
    }
  }

  /// Whether only processes of this machine can reach it (127.0.0.0/8, ::1, a unix socket).
  package var isLocal: Bool {
    switch self {
    case .unix: true
    case .ip(let host, _): host == "::1" || host.hasPrefix("127.")
    }
  }

  package var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  private static func isLiteral(_ text: String, _ family: CInt) -> Bool {
    var address = in6_addr()
    return inet_pton(family, text, &address) == 1
  }
}
