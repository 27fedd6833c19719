internal import COpenSSL
internal import Glibc

/// A file of PEM blocks as it was at one instant: every loop's context is made from the same bytes.
struct PEMFile: Sendable {
  let path: String
  let bytes: [UInt8]

  static let byteCountMax = 1 << 20

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// - Parameter isSecret: refuse it when everybody may read it.
  init(reading path: String, isSecret: Bool = false) throws(TLSFault) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw TLSFault(path, .unreadable(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw TLSFault(path, .unreadable(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw TLSFault(path, .unreadable(EISDIR)) }
    if isSecret, status.st_mode & 0o007 != 0 {
      throw TLSFault(path, .exposed(mode: status.st_mode & 0o7777))
    }
    guard status.st_size <= Self.byteCountMax else { throw TLSFault(path, .tooLarge) }
    var file = [UInt8](repeating: 0, count: Self.byteCountMax + 1)
    var filled = 0
    while filled < file.count {
      let count = file.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw TLSFault(path, .unreadable(errno)) }
      if count == 0 { break }
      filled += count
    }
    guard filled <= Self.byteCountMax else { throw TLSFault(path, .tooLarge) }
    self.init(path: path, bytes: Array(file[..<filled]))
  }

  /// Every certificate of the file, in its order.
  /// - Throws: `noCertificate`; `unusable` for a damaged block.
  func certificates() throws(TLSFault) -> [Certificate] {
    var found: [Certificate] = []
    let failure = forEachBlock { source in
      guard let raw = PEM_read_bio_X509(source, nil, nil, nil) else { return false }
      found.append(Certificate(adopting: raw))
      return true
    }
    if let failure { throw TLSFault(path, .unusable(failure)) }
    guard !found.isEmpty else { throw TLSFault(path, .noCertificate) }
    return found
  }

  /// Every revocation list of the file.
  func revocationLists() throws(TLSFault) -> [RevocationList] {
    var found: [RevocationList] = []
    let failure = forEachBlock { source in
      guard let raw = PEM_read_bio_X509_CRL(source, nil, nil, nil) else { return false }
      found.append(RevocationList(adopting: raw))
      return true
    }
    if let failure { throw TLSFault(path, .unusable(failure)) }
    guard !found.isEmpty else { throw TLSFault(path, .noRevocationList) }
    return found
  }

  /// The first private key of the file.
  func privateKey() throws(TLSFault) -> PrivateKey {
    var asked = false
    var raw: OpaquePointer?
    withSource { source in
      raw = withUnsafeMutablePointer(to: &asked) { asked in
        // Without a callback OpenSSL would ask at the terminal.
        PEM_read_bio_PrivateKey(
          source, nil,
          { _, _, _, context in
            context?.assumingMemoryBound(to: Bool.self).pointee = true
            return -1
          }, asked)
      }
    }
    ERR_clear_error()
    guard let raw else { throw TLSFault(path, asked ? .keyEncrypted : .noKey) }
    return PrivateKey(adopting: raw)
  }

  /// Reads blocks until `read` finds none; what was wrong with the one after the last, if anything.
  private func forEachBlock(_ read: (OpaquePointer) -> Bool) -> String? {
    ERR_clear_error()
    withSource { source in
      while read(source) {}
    }
    let code = ERR_peek_last_error()
    defer { ERR_clear_error() }
    // The end of the file is told as "no start line".
    guard code != 0, ERR_GET_REASON(code) != PEM_R_NO_START_LINE else { return nil }
    return OpenSSLError.text(code)
  }

  private func withSource(_ body: (OpaquePointer) -> Void) {
    bytes.withUnsafeBytes { bytes in
      guard let source = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else { return }
      body(source)
      BIO_free(source)
    }
  }
}

/// What OpenSSL's error queue says.
enum OpenSSLError {
  /// The reason alone, such as `bad end line`.
  static func text(_ code: UInt) -> String {
    guard let text = ERR_reason_error_string(code) else { return "error \(code)" }
    return String(cString: text)
  }

  /// The newest entry's reason; empties the queue.
  static func takeText() -> String {
    defer { ERR_clear_error() }
    let code = ERR_peek_last_error()
    return code == 0 ? "no reason given" : text(code)
  }
}
