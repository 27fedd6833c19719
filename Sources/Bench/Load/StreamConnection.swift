import Glibc
import HTTP2

/// One connection whose streams only receive.
final class StreamConnection: ClientSessionDelegate, Polled {
  private final class Position {
    var byteCount = 0
  }

  let socket: ClientSocket
  private let pattern: MessagePattern
  private var session: ClientSession?
  private var output = OutputBuffer()
  private(set) var byteCount = 0
  private(set) var hasFailed = false

  init(socket: ClientSocket, pattern: MessagePattern) throws {
    self.socket = socket
    self.pattern = pattern
    session = try ClientSession(delegate: self)
  }

  var isBlocked: Bool { !output.isEmpty }

  func begin(_ headers: HeaderBlock, _ body: [UInt8]) {
    guard let session, let stream = session.request(headers) else { return }
    stream.call = Position()
    session.write(stream, body)
    session.finish(stream)
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = recv(socket.descriptor, buffer.baseAddress, buffer.count, 0)
    if count < 0, errno == EAGAIN { return }
    guard count > 0 else { throw LoadFailure.connection("closed by the server") }
    try session?.receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  func flush() throws {
    guard let session else { return }
    _ = try session.produce(into: &output, upTo: 64 << 10)
    guard !output.isEmpty else { return }
    let count = output.withUnsafeBytes {
      send(socket.descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    guard count >= 0 || errno == EAGAIN else {
      throw LoadFailure.connection("broken while writing")
    }
    if count > 0 { output.take(count) }
  }

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
    if endStream || stream.headers.status != 200 { hasFailed = true }
  }

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    guard let position = stream.call as? Position else { return }
    if !pattern.continues(position.byteCount, bytes) { hasFailed = true }
    position.byteCount += bytes.count
    byteCount += bytes.count
    session.consume(stream, byteCount: bytes.count)
  }

  func session(_ session: ClientSession, end stream: ClientStream) { hasFailed = true }

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
    hasFailed = true
  }
}
