import Foundation
import Glibc
import Synchronization
import Testing

/// A stand-in for a bad network: a unix socket in front of PostgreSQL's, honest but for the first
/// COMMIT, whose connection it drops.
final class LossyProxy: Sendable {
  enum Loss {
    /// COMMIT never arrives.
    case commit
    /// COMMIT is done, and its answer lost.
    case answer
  }

  /// The folder to connect to.
  let folder: String
  private let loss: Loss
  private let hasLost = Atomic(false)
  private let listener: CInt

  init(_ loss: Loss) throws {
    self.loss = loss
    folder = NSTemporaryDirectory() + "roster-lossy-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    listener = unixSocket(at: folder, bind)
    #expect(listen(listener, 16) == 0)
    Thread.detachNewThread { [self] in
      while case let client = accept(listener, nil, nil), client >= 0 {
        Thread.detachNewThread { [self] in carry(client) }
      }
    }
  }

  /// Ends what listens; connections that stand go on.
  func remove() {
    shutdown(listener, CInt(SHUT_RDWR))
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func carry(_ client: CInt) {
    let server = unixSocket(at: String(cString: getenv("PGHOST")), connect)
    defer {
      close(client)
      close(server)
    }
    var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&ends, 2, -1) > 0 {
      if ends[0].revents != 0 {
        guard let bytes = take(client) else { return }
        let isLost = bytes.contains("COMMIT") && !hasLost.exchange(true, ordering: .relaxed)
        if isLost, loss == .commit { return }
        put(bytes, server)
        if isLost {
          // It is done once it is answered.
          _ = take(server)
          return
        }
      }
      if ends[1].revents != 0 {
        guard let bytes = take(server) else { return }
        put(bytes, client)
      }
    }
  }
}

private func unixSocket(
  at folder: String, _ attach: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
  let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) {
    $0.copyBytes(from: "\(folder)/.s.PGSQL.5432".utf8)
  }
  let code = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      attach(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  #expect(code == 0)
  return descriptor
}

/// Nil at the end.
private func take(_ descriptor: CInt) -> Data? {
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let count = read(descriptor, &buffer, buffer.count)
  return count > 0 ? Data(buffer[..<count]) : nil
}

private func put(_ bytes: Data, _ descriptor: CInt) {
  var rest = Array(bytes)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes {
      send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}

extension Data {
  fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
