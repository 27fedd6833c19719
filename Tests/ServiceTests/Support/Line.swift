import API
import EventLoop
import HTTP2
import RPC

/// A client session and a server connection mouth to mouth, on a loop: real headers, real frames,
/// no sockets.
final class Line: ServerHost, ClientSessionDelegate, @unchecked Sendable {
  // Safety: confined to `loop`.

  private final class Pending {
    var reply = Reply()
    let continuation: UnsafeContinuation<Reply, Never>

    init(_ continuation: UnsafeContinuation<Reply, Never>) {
      self.continuation = continuation
    }
  }

  let gzip = Gzip()
  private let loop: EventLoop
  private var server: ServerConnection! = nil
  private var client: ClientSession! = nil
  private var isPumpQueued = false

  /// - Parameter identity: what the client's certificate says.
  init(_ methods: [RPC.Method], on loop: EventLoop, as identity: PeerIdentity? = nil) throws {
    self.loop = loop
    var limits = SessionLimits()
    limits.concurrentStreamsMax = 1_024
    server = try ServerConnection(
      router: Router(methods), host: self, limits: ServerLimits(), sessionLimits: limits,
      peer: "test")
    server.peerIdentity = identity
    client = try ClientSession(limits: SessionLimits(), delegate: self)
  }

  /// One whole unary call.
  func call(
    _ path: String, _ message: [UInt8], _ metadata: [(name: StaticString, value: String)]
  ) async -> Reply {
    await withUnsafeContinuation { continuation in
      let fields: [(name: StaticString, value: String)] = [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
        ("content-type", "application/grpc"), ("te", "trailers"),
      ]
      guard let stream = client.request(HeaderBlock(fields + metadata)) else {
        continuation.resume(returning: Reply())
        return
      }
      stream.call = Pending(continuation)
      let count = UInt32(message.count).bigEndian
      client.write(stream, [0] + withUnsafeBytes(of: count) { Array($0) } + message)
      client.finish(stream)
      queuePump()
    }
  }

  private func queuePump() {
    guard !isPumpQueued else { return }
    isPumpQueued = true
    loop.execute { [self] in
      isPumpQueued = false
      while carryToServer() || carryToClient() {}
    }
  }

  private func carryToServer() -> Bool {
    var output = OutputBuffer()
    _ = try? client.produce(into: &output, upTo: 1 << 20)
    guard !output.isEmpty else { return false }
    output.withUnsafeBytes { _ = server.receive($0) }
    return true
  }

  private func carryToClient() -> Bool {
    var output = OutputBuffer()
    _ = server.produce(into: &output, upTo: 1 << 20)
    guard !output.isEmpty else { return false }
    output.withUnsafeBytes { _ = try? client.receive($0) }
    return true
  }

  // MARK: The server's host

  var nowNanoseconds: UInt64 { MonotonicInstant.now().nanoseconds }

  func start(_ call: ServerCall) {
    call.adopt(Task.immediate(executorPreference: loop) { await call.run() })
  }

  func scheduleDeadline(_ call: ServerCall, at nanoseconds: UInt64) {
    call.deadlineTimer = loop.schedule(at: MonotonicInstant(nanoseconds: nanoseconds)) {
      call.deadlinePassed()
    }
  }

  func cancelDeadline(_ call: ServerCall) {
    (call.deadlineTimer as? Timer)?.cancel()
  }

  func outputReady(_ connection: ServerConnection) {
    queuePump()
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {}

  func callAnswered(_ call: ServerCall) {}

  // MARK: The client's ears

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
    if endStream { note(stream.headers, stream) }
  }

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    (stream.call as? Pending)?.reply.body.append(contentsOf: bytes)
    session.consume(stream, byteCount: bytes.count)
  }

  func session(_ session: ClientSession, end stream: ClientStream) {
    note(stream.trailers, stream)
  }

  private func note(_ headers: HeaderList, _ stream: ClientStream) {
    for index in 0..<headers.count {
      (stream.call as? Pending)?.reply.fields.append(
        (
          String(decoding: headers.name(at: index), as: UTF8.self),
          String(decoding: headers.value(at: index), as: UTF8.self)
        ))
    }
  }

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
    guard let pending = stream.call as? Pending else { return }
    stream.call = nil
    pending.continuation.resume(returning: pending.reply)
  }
}
