package import Domain
import Glibc

/// The file of heads: lines are only ever added, and are on the disk when ``append(_:)`` returns.
/// Owned by one thread at a time.
package final class HeadsFile {
  package let path: String
  private let descriptor: CInt
  /// Of the last line; empty: there is none.
  package private(set) var lastCode: [UInt8] = []
  /// The newest head of each organization.
  package private(set) var heads: [OrganizationID: SealHead] = [:]
  /// A crash left the last line without its end.
  private var isTorn = false

  /// Opens the file, or makes it (0600), and reads what it has.
  package init(_ path: String) throws(FileFailure) {
    self.path = path
    descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileFailure(path) }
    var lines = try HeadLines(path)
    while let line = try lines.next() {
      if let head = line.head { note(head) }
    }
    isTorn = lines.isTorn
  }

  deinit { close(descriptor) }

  package func append(_ added: [SealHead]) throws(FileFailure) {
    guard !added.isEmpty else { return }
    var bytes: [UInt8] = isTorn ? [UInt8(ascii: "\n")] : []
    for head in added {
      bytes += Array(head.line.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Some of it may be there: whatever comes next begins a line.
      isTorn = true
      guard count > 0 else { throw FileFailure(path) }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw FileFailure(path) }
    isTorn = false
    for head in added { note(head) }
  }

  private func note(_ head: SealHead) {
    lastCode = head.code
    if head.number > heads[head.organization]?.number ?? 0 { heads[head.organization] = head }
  }
}

/// Reads the file of heads line by line.
struct HeadLines: ~Copyable {
  struct Line {
    /// From 1 on.
    let number: Int
    /// Nil when it is no head.
    let head: SealHead?
  }

  /// No head is as long, in bytes.
  private static let lengthMax = 4_096

  private let path: String
  private let descriptor: CInt
  private var chunk: [UInt8] = []
  private var at = 0
  private var number = 0
  /// The last line that was read has no newline.
  private(set) var isTorn = false

  init(_ path: String) throws(FileFailure) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(path) }
  }

  deinit { close(descriptor) }

  mutating func next() throws(FileFailure) -> Line? {
    var bytes: [UInt8] = []
    var isLong = false
    while true {
      if at == chunk.count, try !readChunk() {
        guard !bytes.isEmpty else { return nil }
        isTorn = true
        break
      }
      let end = chunk[at...].firstIndex(of: UInt8(ascii: "\n"))
      if bytes.count < Self.lengthMax { bytes += chunk[at..<(end ?? chunk.count)] }
      isLong = bytes.count > Self.lengthMax
      at = end.map { $0 + 1 } ?? chunk.count
      if end != nil { break }
    }
    number += 1
    let head = isLong ? nil : SealHead(line: String(decoding: bytes, as: UTF8.self))
    return Line(number: number, head: head)
  }

  /// - Returns: false at the end of the file.
  private mutating func readChunk() throws(FileFailure) -> Bool {
    chunk = [UInt8](repeating: 0, count: 65_536)
    at = 0
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileFailure(path) }
      chunk.removeLast(chunk.count - count)
      return count > 0
    }
  }
}
