import Glibc
import HTTP2

/// One connection with calls of health Watch, which answer at once and then wait.
final class WatchConnection: ClientSessionDelegate, Polled {
  let socket: ClientSocket
  private var session: ClientSession?
  private var output = OutputBuffer(capacity: 1_024)
  /// Streams whose first message has come.
  private(set) var answerCount = 0

  init(socket: ClientSocket) throws {
    self.socket = socket
    session = try ClientSession(delegate: self)
  }

  var isBlocked: Bool { !output.isEmpty }

  /// Both sides have exchanged SETTINGS.
  var isSettled: Bool { session?.isSettingsAcknowledged ?? false }

  func begin(_ headers: HeaderBlock) {
    guard let session, let stream = session.request(headers) else { return }
    session.write(stream, framed([]))
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
    if count > 0 { output.take(count) }
  }

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {}

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    answerCount += 1
    session.consume(stream, byteCount: bytes.count)
  }

  func session(_ session: ClientSession, end stream: ClientStream) {}

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {}
}
