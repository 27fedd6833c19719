internal import HTTP2

/// What a client session makes of a server's bytes, with a request under way.
enum ResponsesFuzz {
  private final class Ears: ClientSessionDelegate {
    private(set) var closedCount = 0

    func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
      for index in 0..<stream.headers.count { _ = stream.headers.value(at: index).count }
    }

    func session(
      _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
    ) {
      session.consume(stream, byteCount: bytes.count)
    }

    func session(_ session: ClientSession, end stream: ClientStream) {}

    func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
      closedCount += 1
    }
  }

  static func run(_ input: UnsafeRawBufferPointer) {
    let ears = Ears()
    guard let session = try? ClientSession(delegate: ears) else { return }
    let headers = HeaderBlock([
      (":method", "POST"), (":scheme", "http"), (":path", "/a.B/U"), (":authority", "a"),
    ])
    let streams = (0..<2).compactMap { _ in session.request(headers) }
    for stream in streams { session.write(stream, [0, 0, 0, 0, 0]) }
    var output = OutputBuffer(capacity: 1024)
    _ = try? session.produce(into: &output, upTo: 1 << 16)
    try? session.receive(input)
    _ = try? session.produce(into: &output, upTo: 1 << 16)
    session.abandon()
    precondition(ears.closedCount == streams.count, "a stream was not closed once")
  }
}
