import Glibc
import Synchronization

/// A stand-in for a bad network: a unix socket in front of a server's, on threads of its own, that
/// breaks one connection at a chosen point and is honest from then on.
final class TestProxy: Sendable {
  enum Fault: Sendable {
    /// Drops the connection instead of passing on what contains the text.
    case cutBefore(String)
    /// Passes it on, waits for the server's answer, and drops the connection without that answer.
    case cutAfter(String)
    /// Passes it on and never answers.
    case silentAfter(String)
  }

  /// The folder to connect to.
  let directory: String
  private let server: String
  private let fault: Mutex<Fault?>

  /// - Parameter server: the folder of the real socket.
  init(to server: String, _ fault: Fault) throws {
    self.server = server
    self.fault = Mutex(fault)
    var template = Array("/tmp/roster-proxy.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ProxyError.noFolder }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let listener = try listen(on: "\(directory)/.s.PGSQL.5432")
    spawn { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        serve(client)
      }
    }
  }

  /// Removes the folder; connections that stand go on.
  func remove() { removeSocketFolder(directory) }

  enum ProxyError: Error { case noFolder, noSocket }

  private func serve(_ client: CInt) {
    guard let server = try? connect(to: "\(server)/.s.PGSQL.5432") else {
      _ = close(client)
      return
    }
    let answers = Mutex(true)
    let shared = Shared(client: client, server: server, passesAnswers: answers)
    spawn { [self] in
      while let bytes = read(from: client) {
        guard forward(bytes, shared) else { break }
      }
      shutdown(server, CInt(SHUT_RDWR))
      shutdown(client, CInt(SHUT_RDWR))
    }
    spawn {
      while let bytes = read(from: server) {
        if shared.passesAnswers.withLock({ $0 }) { write(bytes, to: client) }
        shared.answered.withLock { $0 += 1 }
      }
      shutdown(client, CInt(SHUT_RDWR))
    }
  }

  /// Whether the connection goes on.
  private func forward(_ bytes: [UInt8], _ shared: Shared) -> Bool {
    let hit = fault.withLock { fault -> Fault? in
      guard let armed = fault, contains(bytes, armed.text) else { return nil }
      fault = nil
      return armed
    }
    switch hit {
    case nil: write(bytes, to: shared.server)
    case .cutBefore: return false
    case .silentAfter:
      shared.passesAnswers.withLock { $0 = false }
      write(bytes, to: shared.server)
    case .cutAfter:
      shared.passesAnswers.withLock { $0 = false }
      let before = shared.answered.withLock { $0 }
      write(bytes, to: shared.server)
      while shared.answered.withLock({ $0 }) == before { sched_yield() }
      return false
    }
    return true
  }

  private final class Shared: Sendable {
    let client: CInt
    let server: CInt
    let passesAnswers: Mutex<Bool>
    let answered = Mutex(0)

    init(client: CInt, server: CInt, passesAnswers: consuming Mutex<Bool>) {
      self.client = client
      self.server = server
      self.passesAnswers = passesAnswers
    }
  }
}

extension TestProxy.Fault {
  fileprivate var text: String {
    switch self {
    case .cutBefore(let text), .cutAfter(let text), .silentAfter(let text): text
    }
  }
}

private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
  let wanted = Array(text.utf8)
  guard bytes.count >= wanted.count else { return false }
  return (0...bytes.count - wanted.count).contains { bytes[$0..<$0 + wanted.count] == wanted[...] }
}

private func spawn(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  pthread_detach(thread)
}

private func read(from descriptor: CInt) -> [UInt8]? {
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let count = Glibc.read(descriptor, &buffer, buffer.count)
  return count > 0 ? Array(buffer[..<count]) : nil
}

private func write(_ bytes: [UInt8], to descriptor: CInt) {
  var offset = 0
  while offset < bytes.count {
    let count = bytes.withUnsafeBytes {
      send(
        descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset,
        CInt(MSG_NOSIGNAL))
    }
    guard count > 0 else { return }
    offset += count
  }
}

private func withAddress<Success>(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Success
) rethrows -> Success {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { room in
    for (index, byte) in path.utf8.prefix(room.count - 1).enumerated() { room[index] = byte }
  }
  return try withUnsafePointer(to: address) { pointer in
    try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}

func removeSocketFolder(_ directory: String) {
  unlink("\(directory)/.s.PGSQL.5432")
  rmdir(directory)
}

/// A socket that accepts into its queue and says nothing.
func listen(on path: String) throws -> CInt {
  let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
  let code = withAddress(path) { bind(descriptor, $0, $1) }
  guard code == 0, listen(descriptor, 64) == 0 else { throw TestProxy.ProxyError.noSocket }
  return descriptor
}

private func connect(to path: String) throws -> CInt {
  let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
  guard withAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
    close(descriptor)
    throw TestProxy.ProxyError.noSocket
  }
  return descriptor
}
