import COpenSSL
import EventLoop
import Foundation
import Glibc
import HTTP2

@testable import Transport

/// An authority and certificates of its own in a folder of its own, made by the openssl command.
final class TestAuthority: Sendable {
  let folder: String

  init(_ name: String = "Test CA", days: Int = 30) throws {
    var template = Array("/tmp/roster-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try Self.openssl(
      ["req", "-x509"] + Self.newKey
        + [
          "-nodes", "-keyout", path("ca.key"), "-out", path("ca.pem"), "-days", "\(days)",
          "-subj", "/CN=\(name)", "-addext", "basicConstraints=critical,CA:TRUE",
          "-addext", "keyUsage=keyCertSign,cRLSign",
        ])
    try write("index.txt", "")
    try write("crlnumber", "01\n")
    try write(
      "ca.conf",
      """
      [ca]
      default_ca = test
      [test]
      database = \(path("index.txt"))
      crlnumber = \(path("crlnumber"))
      certificate = \(path("ca.pem"))
      private_key = \(path("ca.key"))
      default_md = sha256
      default_crl_days = 10
      """)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  /// Issues `name.pem` with `name.key`.
  /// - Parameters:
  ///   - names: subjectAltName; empty: none.
  ///   - validity: whole days from now; negative ones have passed already.
  func issue(_ name: String, names: String, days: Int = 10) throws {
    try Self.openssl(
      ["req"] + Self.newKey
        + [
          "-nodes", "-keyout", path("\(name).key"), "-out", path("\(name).csr"),
          "-subj", "/CN=\(name)",
        ])
    try write("\(name).ext", names.isEmpty ? "" : "subjectAltName=\(names)\n")
    try Self.openssl([
      "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
      "-CAcreateserial", "-days", "\(days)", "-out", path("\(name).pem"), "-extfile",
      path("\(name).ext"),
    ])
  }

  /// Writes `crl.pem`, with every certificate revoked so far and this one.
  func revoke(_ name: String? = nil) throws {
    if let name {
      try Self.openssl(["ca", "-config", path("ca.conf"), "-revoke", path("\(name).pem")])
    }
    try Self.openssl(["ca", "-config", path("ca.conf"), "-gencrl", "-out", path("crl.pem")])
  }

  func files(_ name: String = "server", clientCA: Bool = false, crl: Bool = false) -> TLSFiles {
    TLSFiles(
      certificateFile: path("\(name).pem"), keyFile: path("\(name).key"),
      clientCAFile: clientCA ? path("ca.pem") : nil, crlFile: crl ? path("crl.pem") : nil)
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

  static func openssl(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw OpenSSLFailure(arguments: arguments)
    }
  }

  struct OpenSSLFailure: Error {
    let arguments: [String]
  }
}

/// A blocking TLS client on a socket of its own.
final class TLSPeer {
  let raw: RawPeer
  let ssl: OpaquePointer
  private let context: OpaquePointer

  /// - Parameters:
  ///   - protocols: offered by ALPN; empty: none is.
  ///   - certificate: the path without `.pem` and `.key`.
  init(
    port: UInt16, protocols: [String] = ["h2"], certificate: String? = nil,
    session: OpaquePointer? = nil, prepare: (OpaquePointer) -> Void = { _ in }
  ) throws {
    // OpenSSL writes to a socket that its server has closed without a word against the signal.
    signal(SIGPIPE, SIG_IGN)
    raw = try RawPeer(port: port)
    context = SSL_CTX_new(TLS_client_method())
    if let certificate {
      SSL_CTX_use_certificate_file(context, "\(certificate).pem", SSL_FILETYPE_PEM)
      SSL_CTX_use_PrivateKey_file(context, "\(certificate).key", SSL_FILETYPE_PEM)
    }
    prepare(context)
    ssl = SSL_new(context)
    let offered = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    if !offered.isEmpty { SSL_set_alpn_protos(ssl, offered, UInt32(offered.count)) }
    if let session { SSL_set_session(ssl, session) }
    SSL_set_fd(ssl, raw.descriptor)
  }

  deinit {
    // Without a goodbye its session could not be resumed.
    SSL_shutdown(ssl)
    SSL_free(ssl)
    SSL_CTX_free(context)
    raw.close()
  }

  /// True once the client's part of the handshake is done; in TLS 1.3 the server may still refuse.
  func connect() -> Bool {
    let result = SSL_connect(ssl)
    ERR_clear_error()
    return result == 1
  }

  func send(_ bytes: [UInt8]) {
    _ = SSL_write(ssl, bytes, CInt(bytes.count))
  }

  /// At most `byteCount` bytes; empty once the server has closed or refused.
  func read(byteCount: Int = 4_096) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: byteCount)
    let count = SSL_read(ssl, &buffer, CInt(byteCount))
    ERR_clear_error()
    return count > 0 ? Array(buffer[..<Int(count)]) : []
  }

  /// The preface, empty SETTINGS and a call of that path; what comes back until its trailers.
  func call(_ path: String) -> [UInt8] {
    send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
    send(RawPeer.request(path: path, stream: 1))
    var all: [UInt8] = []
    while true {
      let bytes = read()
      all += bytes
      if bytes.isEmpty || Self.endsStream(all) { return all }
    }
  }

  /// A frame of stream 1 carries END_STREAM.
  static func endsStream(_ bytes: [UInt8]) -> Bool {
    frameHeads(bytes).contains { $0[3] <= 1 && $0[4] & 1 == 1 && $0[8] == 1 }
  }

  /// The first nine octets of each frame.
  static func frameHeads(_ bytes: [UInt8]) -> [[UInt8]] {
    var heads: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      heads.append(head)
      rest = rest.dropFirst(9 + Int(head[0]) << 16 + Int(head[1]) << 8 + Int(head[2]))
    }
    return heads
  }

  /// Reads until a GOAWAY has come, or the end.
  func readsGoaway() -> Bool {
    var all: [UInt8] = []
    while true {
      let bytes = read()
      all += bytes
      if Self.frameHeads(all).contains(where: { $0[3] == 7 }) { return true }
      if bytes.isEmpty { return false }
    }
  }

  var isResumed: Bool { SSL_session_reused(ssl) == 1 }

  var version: String { String(cString: SSL_get_version(ssl)) }
}
