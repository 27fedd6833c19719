import Glibc
import HTTP2

/// One connection that keeps a number of calls in flight, each checked when it ends.
final class LoadConnection: ClientSessionDelegate {
  /// One call in flight; reused.
  private final class Call {
    var index = 0
    var startedAt: UInt64 = 0
    var body: [UInt8] = []
    var isAnswered = false
  }

  let socket: ClientSocket
  private let workload: any Workload
  private let headers: HeaderBlock
  private let tally: LoadTally
  private var session: ClientSession?
  private var output = OutputBuffer()
  private var idle: [Call] = []
  private(set) var inFlightCount = 0

  init(socket: ClientSocket, workload: any Workload, headers: HeaderBlock, tally: LoadTally) throws
  {
    self.socket = socket
    self.workload = workload
    self.headers = headers
    self.tally = tally
    session = try ClientSession(delegate: self)
  }

  /// The socket has not taken everything yet.
  var isBlocked: Bool { !output.isEmpty }

  /// Begins calls until `count` are in flight.
  func fill(to count: Int) {
    guard let session else { return }
    while inFlightCount < count, let stream = session.request(headers) {
      let call = idle.popLast() ?? Call()
      call.index = tally.nextIndex()
      call.startedAt = Clock.monotonic
      call.body.removeAll(keepingCapacity: true)
      call.isAnswered = false
      stream.call = call
      session.write(stream, workload.request(call.index))
      session.finish(stream)
      inFlightCount += 1
    }
  }

  /// Reads what is there. - Throws: when the server has closed or broken the connection.
  func receive(into buffer: UnsafeMutableRawBufferPointer) throws {
    while true {
      let count = recv(socket.descriptor, buffer.baseAddress, buffer.count, 0)
      if count < 0, errno == EAGAIN { return }
      guard count > 0 else { throw LoadFailure.connection("closed by the server") }
      try session?.receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if count < buffer.count { return }
    }
  }

  /// Writes what is ready, as far as the socket takes it.
  func flush() throws {
    guard let session else { return }
    var isMore = true
    while isMore || !output.isEmpty {
      isMore = try session.produce(into: &output, upTo: 64 << 10)
      if output.isEmpty { return }
      let count = output.withUnsafeBytes {
        send(socket.descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count < 0, errno == EAGAIN { return }
      guard count >= 0 else { throw LoadFailure.connection("broken while writing") }
      output.take(count)
    }
  }

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
    if endStream { check(stream, status: stream.headers) }
  }

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    (stream.call as? Call)?.body.append(contentsOf: bytes)
    session.consume(stream, byteCount: bytes.count)
  }

  func session(_ session: ClientSession, end stream: ClientStream) {
    check(stream, status: stream.trailers)
  }

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
    guard let call = stream.call as? Call else { return }
    inFlightCount -= 1
    if !call.isAnswered { tally.failed("reset with code \(code.rawValue)") }
    idle.append(call)
  }

  private func check(_ stream: ClientStream, status: HeaderList) {
    guard let call = stream.call as? Call else { return }
    call.isAnswered = true
    let code = status.firstValue(named: "grpc-status").map { String(decoding: $0, as: UTF8.self) }
    if stream.headers.status == 200, code == "0", workload.isAnswer(call.body, to: call.index) {
      tally.succeeded(nanoseconds: Clock.monotonic &- call.startedAt)
    } else {
      let text = status.firstValue(named: "grpc-message").map {
        String(decoding: $0, as: UTF8.self)
      }
      tally.failed(
        "status \(stream.headers.status), grpc-status \(code ?? "-") \(text ?? ""), "
          + "\(call.body.count) bytes")
    }
  }
}
