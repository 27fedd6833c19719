import EventLoop
import Glibc
import HTTP2
import Transport

/// A client of one connection that makes calls one message long and collects their answers.
final class CallingClient: ClientSessionDelegate, @unchecked Sendable {
  // Safety: confined to its loop.

  struct Answer: Equatable, Sendable {
    var httpStatus = 0
    var body: [UInt8] = []
    var grpcStatus: String?
    var reset: UInt32?
  }

  private final class Pending {
    var answer = Answer()
    let continuation: UnsafeContinuation<Answer, Never>

    init(_ continuation: UnsafeContinuation<Answer, Never>) {
      self.continuation = continuation
    }
  }

  private let loop: EventLoop
  private var connection: ClientConnection?
  private var pending: [Int32: Pending] = [:]
  private var endWaiter: UnsafeContinuation<ClientConnection.End, Never>?
  private var end: ClientConnection.End?

  init(to address: SocketAddress, on loop: EventLoop) async throws {
    self.loop = loop
    try await loop.run { [self] in
      connection = try ClientConnection(to: address, on: loop, delegate: self) { [self] end in
        self.end = end
        endWaiter?.resume(returning: end)
        endWaiter = nil
      }
    }
  }

  func call(_ path: String, _ message: [UInt8]) async throws -> Answer {
    try await loop.run { [self] in
      await withUnsafeContinuation { continuation in
        begin(path, message, continuation)
      }
    }
  }

  private func begin(
    _ path: String, _ message: [UInt8], _ continuation: UnsafeContinuation<Answer, Never>
  ) {
    var builder = HeaderBlockBuilder()
    builder.append(":method", "POST")
    builder.append(":scheme", "http")
    builder.append(":path", path)
    builder.append(":authority", "localhost")
    builder.append("content-type", "application/grpc")
    builder.append("te", "trailers")
    guard let connection, let stream = connection.session.request(HeaderBlock(builder)) else {
      continuation.resume(returning: Answer(reset: .max))
      return
    }
    pending[stream.id] = Pending(continuation)
    let count = UInt32(message.count).bigEndian
    connection.session.write(stream, [0] + withUnsafeBytes(of: count) { Array($0) } + message)
    connection.session.finish(stream)
    connection.requestOutput()
  }

  /// Returns once the server has closed the connection.
  func waitForEnd() async throws -> ClientConnection.End {
    try await loop.run { [self] in
      if let end { return end }
      return await withUnsafeContinuation { endWaiter = $0 }
    }
  }

  func close() async throws {
    try await loop.run { [self] in connection?.close() }
  }

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
    pending[stream.id]?.answer.httpStatus = stream.headers.status
    if endStream { note(stream.headers, stream) }
  }

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    pending[stream.id]?.answer.body.append(contentsOf: bytes)
    session.consume(stream, byteCount: bytes.count)
  }

  func session(_ session: ClientSession, end stream: ClientStream) {
    note(stream.trailers, stream)
  }

  private func note(_ list: HeaderList, _ stream: ClientStream) {
    pending[stream.id]?.answer.grpcStatus =
      list.firstValue(named: "grpc-status").map { String(decoding: $0, as: UTF8.self) }
  }

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
    guard let ended = pending.removeValue(forKey: stream.id) else { return }
    if code != .noError { ended.answer.reset = code.rawValue }
    ended.continuation.resume(returning: ended.answer)
  }
}

/// A socket written and read byte by byte, for peers that are no HTTP/2 clients. Blocking.
struct RawPeer {
  let descriptor: CInt

  init(port: UInt16, receiveBufferByteCount: CInt? = nil) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    if var count = receiveBufferByteCount {
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &count, socklen_t(MemoryLayout<CInt>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result != 0 { throw SystemError.last("connect") }
  }

  func send(_ bytes: [UInt8]) {
    _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  /// HEADERS with END_HEADERS of a call, then an empty message with END_STREAM.
  static func request(path: String, stream: UInt8) -> [UInt8] {
    var block: [UInt8] = []
    let fields = [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"),
      ("content-type", "application/grpc"), ("te", "trailers"),
    ]
    for (name, value) in fields {
      // A literal without indexing and a new name (RFC 7541 §6.2.2).
      block += [0, UInt8(name.utf8.count)] + Array(name.utf8)
      block += [UInt8(value.utf8.count)] + Array(value.utf8)
    }
    return [0, 0, UInt8(block.count), 1, 4, 0, 0, 0, stream] + block
      + [0, 0, 5, 0, 1, 0, 0, 0, stream] + [0, 0, 0, 0, 0]
  }

  /// At most `byteCount` bytes; empty once the peer has closed, or reset.
  func read(byteCount: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: byteCount)
    let count = Glibc.read(descriptor, &buffer, byteCount)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  /// Everything until the peer closes.
  func readToEnd() -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  func close() { _ = Glibc.close(descriptor) }
}
