import Crypto
import Glibc
import Transport

/// The command line: `--port N`, `--origin URL` for CORS, `--ping-min-time MILLISECONDS` for the
/// keepalive of clients, and for TLS `--tls-certificate FILE --tls-key FILE`, with
/// `--client-ca FILE` and `--crl FILE` for clients' certificates and `--ring FILE` for tickets that
/// another server opens, too.
struct Arguments: Sendable {
  /// 0 lets the kernel choose one.
  var port: UInt16 = 0
  private var certificateFile: String?
  private var keyFile: String?
  private var clientCAFile: String?
  private var crlFile: String?
  private var ringFile: String?
  /// Pages that may call from a browser.
  private(set) var origins: [String] = []
  /// Milliseconds from one PING of a peer to the next; nil for the standard.
  private(set) var pingMinTime: Int?

  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Fault(description: "\(name) needs a value") }
      switch name {
      case "--port": port = UInt16(value) ?? 0
      case "--tls-certificate": certificateFile = value
      case "--tls-key": keyFile = value
      case "--client-ca": clientCAFile = value
      case "--crl": crlFile = value
      case "--ring": ringFile = value
      case "--origin": origins.append(value)
      case "--ping-min-time": pingMinTime = Int(value)
      default: throw Fault(description: "\(name) is unknown")
      }
    }
  }

  /// Reads the files of TLS anew; nil without any.
  func credentials() throws -> TLSCredentials? {
    guard let certificateFile, let keyFile else { return nil }
    let files = TLSFiles(
      certificateFile: certificateFile, keyFile: keyFile, clientCAFile: clientCAFile,
      crlFile: crlFile)
    return try TLSCredentials.load(
      files, ring: try ringFile.map { try KeyRing.load(path: $0) }, at: Int64(time(nil)))
  }

  func security() throws -> ListenerSecurity {
    guard let credentials = try credentials() else { return .plaintext }
    return .tls(credentials, clientCertificates: clientCAFile == nil ? .none : .required)
  }
}
