import HTTP2
import RPC

/// What a client saw of one call.
final class Reply {
  fileprivate(set) var httpStatus = 0
  fileprivate(set) var headers: [(name: String, value: String)] = []
  fileprivate(set) var trailers: [(name: String, value: String)] = []
  fileprivate(set) var body: [UInt8] = []
  fileprivate(set) var isTrailersOnly = false
  fileprivate(set) var closedBy: ErrorCode?
  fileprivate(set) var stream: ClientStream?

  /// The one of that name in the last header list of the response.
  func trailer(_ name: String) -> String? {
    (isTrailersOnly ? headers : trailers).first { $0.name == name }?.value
  }

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  var grpcStatus: Int? { trailer("grpc-status").flatMap { Int($0) } }
  var grpcMessage: String? { trailer("grpc-message").map { PercentEncoding.decode($0.utf8) } }

  /// The reason of the ErrorInfo inside grpc-status-details-bin.
  var reason: String? {
    guard let text = trailer("grpc-status-details-bin"),
      let bytes = Base64.decode(Array(text.utf8))
    else { return nil }
    return StatusReading(bytes)?.reason
  }

  /// The messages of the body; nil when it is cut off or one is compressed.
  var messages: [[UInt8]]? {
    guard let frames, frames.allSatisfy({ $0.flag == 0 }) else { return nil }
    return frames.map(\.bytes)
  }

  struct Frame: Equatable {
    let flag: UInt8
    let bytes: [UInt8]
  }

  /// The messages of the body as they came; nil when it is cut off.
  var frames: [Frame]? {
    var frames: [Frame] = []
    var rest = body[...]
    while let flag = rest.first {
      guard rest.count >= 5 else { return nil }
      let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(5)
      guard rest.count >= length else { return nil }
      frames.append(Frame(flag: flag, bytes: Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return frames
  }
}

/// A client session and a server connection, mouth to mouth.
final class Exchange: ClientSessionDelegate {
  let host = FakeHost()
  private(set) var server: ServerConnection! = nil
  private(set) var client: ClientSession! = nil
  /// How many bytes the server is given at once.
  var chunkSize = Int.max
  /// Whether the client gives credit for what it got.
  var clientConsumes = true
  private(set) var outcome = ReceiveOutcome.open
  private(set) var produced = ProduceOutcome.idle
  private(set) var goaways: [ErrorCode] = []

  init(
    _ methods: [Method], limits: ServerLimits = ServerLimits(),
    sessionLimits: SessionLimits = SessionLimits(), clientLimits: SessionLimits = SessionLimits(),
    health: HealthState? = nil, pressure: Pressure? = nil
  ) throws {
    host.pressure = pressure
    server = try ServerConnection(
      router: Router(methods, health: health), host: host, limits: limits,
      sessionLimits: sessionLimits, peer: "test")
    client = try ClientSession(limits: clientLimits, delegate: self)
  }

  /// A connection of a process that holds no more than `memory` says.
  init(_ methods: [Method], limits: ServerLimits = ServerLimits(), memory: ProcessMemory) throws {
    host.memory = memory
    server = try ServerConnection(
      router: Router(methods), host: host, limits: limits, sessionLimits: SessionLimits(),
      peer: "test")
    client = try ClientSession(delegate: self)
  }

  /// Sends a request's headers.
  func open(_ fields: [(name: StaticString, value: String)], endStream: Bool = false) -> Reply {
    let reply = Reply()
    reply.stream = client.request(HeaderBlock(fields), endStream: endStream)
    reply.stream?.call = reply
    return reply
  }

  /// Opens a call as a stock client does.
  func call(
    _ path: String, _ more: [(name: StaticString, value: String)] = [], endStream: Bool = false
  ) -> Reply {
    open(Self.request(path) + more, endStream: endStream)
  }

  /// One whole unary call.
  func unary(
    _ path: String, _ message: [UInt8], _ more: [(name: StaticString, value: String)] = []
  ) -> Reply {
    let reply = call(path, more)
    write(reply, Self.framed(message))
    finish(reply)
    settle()
    return reply
  }

  func write(_ reply: Reply, _ bytes: [UInt8]) {
    if let stream = reply.stream { client.write(stream, bytes) }
  }

  func finish(_ reply: Reply) {
    if let stream = reply.stream { client.finish(stream) }
  }

  func reset(_ reply: Reply, _ code: ErrorCode = .cancel) {
    if let stream = reply.stream { client.reset(stream, code) }
  }

  /// Carries bytes and runs handlers until nothing moves any more.
  func settle() {
    var isMoving = true
    while isMoving {
      isMoving = carryToServer()
      if host.loop.run() { isMoving = true }
      if carryToClient() { isMoving = true }
    }
  }

  func carryToServer() -> Bool {
    var output = OutputBuffer()
    _ = try? client.produce(into: &output, upTo: 1 << 30)
    let bytes = output.withUnsafeBytes { Array($0) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = Array(rest.prefix(chunkSize))
      rest = rest.dropFirst(chunk.count)
      give(chunk)
    }
    return !bytes.isEmpty
  }

  /// Gives the server bytes of the test's own.
  func give(_ bytes: [UInt8]) {
    // A buffer of its own that is overwritten afterwards, as a socket's is.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    outcome = server.receive(UnsafeRawBufferPointer(buffer), at: host.nowNanoseconds)
    for index in buffer.indices { buffer[index] = 0xAA }
  }

  func carryToClient() -> Bool {
    var output = OutputBuffer()
    produced = server.produce(into: &output, upTo: 1 << 16)
    let bytes = output.withUnsafeBytes { Array($0) }
    guard !bytes.isEmpty else { return false }
    bytes.withUnsafeBytes { _ = try? client.receive($0) }
    return true
  }

  static func request(_ path: String) -> [(name: StaticString, value: String)] {
    [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
      ("content-type", "application/grpc"), ("te", "trailers"),
    ]
  }

  static func framed(_ message: [UInt8], flag: UInt8 = 0) -> [UInt8] {
    let length = UInt32(message.count)
    return [
      flag, UInt8(length >> 24), UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF),
      UInt8(length & 0xFF),
    ] + message
  }

  // MARK: The client's ears

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
    guard let reply = stream.call as? Reply else { return }
    reply.httpStatus = stream.headers.status
    reply.headers = Self.fields(stream.headers)
    reply.isTrailersOnly = endStream
  }

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    (stream.call as? Reply)?.body.append(contentsOf: bytes)
    if clientConsumes { session.consume(stream, byteCount: bytes.count) }
  }

  func session(_ session: ClientSession, end stream: ClientStream) {
    (stream.call as? Reply)?.trailers = Self.fields(stream.trailers)
  }

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
    (stream.call as? Reply)?.closedBy = code
  }

  func session(_ session: ClientSession, receivedGoaway code: ErrorCode) {
    goaways.append(code)
  }

  private static func fields(_ headers: HeaderList) -> [(name: String, value: String)] {
    (0..<headers.count).map {
      (
        String(decoding: headers.name(at: $0), as: UTF8.self),
        String(decoding: headers.value(at: $0), as: UTF8.self)
      )
    }
  }
}
