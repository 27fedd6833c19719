package import Transport

/// Where a value came from; the order of the cases is their rank, flags above all.
package enum ConfigurationOrigin: Hashable, Sendable, CustomStringConvertible {
  case file(path: String, line: Int)
  case environment(variable: String)
  case flag(String)

  package var description: String {
    switch self {
    case .file(let path, let line): "\(path):\(line)"
    case .environment(let variable): variable
    case .flag(let flag): flag
    }
  }
}

/// Why a start is refused. Each text names the key and what to do; none contains a value of a
/// secret key.
package enum ConfigurationError: Error, Hashable, CustomStringConvertible {
  case unknownKey(String, ConfigurationOrigin, nearest: String?)
  case setTwice(String, ConfigurationOrigin)
  case unacceptable(String, ConfigurationOrigin, expected: String)
  case missing(String, remedy: String)
  /// Well formed, but it can't be used.
  case unusable(String, reason: String)
  case missingValue(flag: String, expected: String)
  case unreadableFile(path: String, reason: String)
  case malformedFile(path: String, line: Int, reason: String)
  case plaintext(key: String, SocketAddress)

  package var description: String {
    switch self {
    case .unknownKey(let name, let origin, let nearest?):
      "\(origin): there is no setting \(name); did you mean \(nearest)?"
    case .unknownKey(let name, let origin, nil):
      "\(origin): there is no setting \(name); rosterd serve --help lists them all"
    case .setTwice(let key, let origin):
      "\(origin): \(key) is set twice; remove one of the two"
    case .unacceptable(let key, let origin, let expected):
      "\(origin): \(key) must be \(expected)"
    case .missing(let key, let remedy):
      "\(key) is not set; \(remedy)"
    case .unusable(let key, let reason):
      "\(key): \(reason)"
    case .missingValue(let flag, let expected):
      "\(flag) needs a value: \(expected)"
    case .unreadableFile(let path, let reason):
      "\(path) can't be read: \(reason)"
    case .malformedFile(let path, let line, let reason):
      "\(path):\(line): \(reason)"
    case .plaintext(key: "admin.listen", let address):
      """
      admin.listen: \(address) can be reached from other machines; take 127.0.0.1, [::1] or a \
      unix socket, or set allow_plaintext to true in a network of operators only
      """
    case .plaintext(let key, let address):
      """
      \(key): \(address) can be reached from other machines and tls is none; listen on 127.0.0.1, \
      [::1] or a unix socket, or set allow_plaintext to true behind a proxy that ends TLS
      """
    }
  }
}
