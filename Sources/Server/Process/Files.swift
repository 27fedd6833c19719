import Glibc

/// Why a file could not be read or written, with the path and the system's word for it.
package struct FileFailure: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let reason: String

  /// - Parameter reason: when nil, the system's word for the calling thread's `errno`.
  package init(_ path: String, reason: String? = nil) {
    self.path = path
    self.reason = reason ?? String(cString: strerror(errno))
  }

  package var description: String { "\(path): \(reason)" }
}

/// The whole of a file.
/// - Parameter sizeMax: in bytes; a longer file is refused.
package func readFile(_ path: String, sizeMax: Int = 1 << 20) throws(FileFailure) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw FileFailure(path) }
  defer { close(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 8192)
  while true {
    let count = read(file, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileFailure(path) }
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk[..<count])
    guard bytes.count <= sizeMax else { throw FileFailure(path, reason: "it is too long") }
  }
}

/// Replaces a file in one step: a reader, or a crash, sees the old or the new one whole.
/// - Parameter mode: permissions of the new file.
package func writeFile(
  _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600
) throws(FileFailure) {
  let draft = "\(path).\(getpid())"
  unlink(draft)
  let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
  guard file >= 0 else { throw FileFailure(path) }
  defer { close(file) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { throw FileFailure(path) }
    rest = rest.dropFirst(count)
  }
  guard fsync(file) == 0, rename(draft, path) == 0 else { throw FileFailure(path) }
}

/// The environment of this process.
package func environmentVariables() -> [String: String] {
  var variables: [String: String] = [:]
  var next = environ
  while let entry = next.pointee {
    let text = String(cString: entry)
    if let equals = text.firstIndex(of: "=") {
      variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    next += 1
  }
  return variables
}

extension FileFailure {
  /// The system's word for an errno.
  static func reason(of code: CInt) -> String {
    String(cString: strerror(code))
  }
}
