import HTTP2

let statusOK = HeaderBlock.immortal([
  (":status", "200"), ("content-type", "application/grpc"),
])
let trailersOK = HeaderBlock.immortal([("grpc-status", "0")])
let trailersOnly = HeaderBlock.immortal([
  (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "12"),
])

func text(_ bytes: UnsafeRawBufferPointer) -> String {
  String(decoding: bytes, as: UTF8.self)
}

/// A server session whose delegate writes down what it hears, driven by raw frames.
final class ServerPeer: ServerSessionDelegate {
  private(set) var session: ServerSession!
  var events: [String] = []
  /// The clock of what comes next, in nanoseconds.
  var now: UInt64 = 1_000_000_000_000
  var streams: [Int32: ServerStream] = [:]
  var bodies: [Int32: [UInt8]] = [:]
  var onHeaders: (ServerSession, ServerStream) -> Void = { _, _ in }
  var onEnd: (ServerSession, ServerStream) -> Void = { _, _ in }
  var onData: (ServerSession, ServerStream, Int) -> Void = { $0.consume($1, byteCount: $2) }
  var onClosed: (ServerSession, ServerStream) -> Void = { _, _ in }
  private var warned: AbuseVector?

  /// Follows the notice with which a peer that does too much is sent away.
  static let noticePing: UInt64 = 0x6e6f_7469_6365

  /// - Parameter isGreeted: the preface and both SETTINGS are exchanged already.
  init(limits: SessionLimits = SessionLimits(), isGreeted: Bool = true) throws {
    session = try ServerSession(limits: limits, delegate: self)
    if isGreeted {
      try receive(preface + Frame.settings().bytes + Frame.settingsAck.bytes)
      _ = try produce()
    }
  }

  func receive(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try session.receive($0, at: now) }
  }

  func receive(_ frames: Frame...) throws {
    try receive(frames.flatMap(\.bytes))
  }

  func produceBytes(upTo byteCountMax: Int = 1 << 30) throws(SessionError) -> [UInt8] {
    var output = OutputBuffer()
    _ = try session.produce(into: &output, upTo: byteCountMax)
    return output.withUnsafeBytes { Array($0) }
  }

  func produce() throws -> [Frame] {
    Frame.split(try produceBytes()) ?? [Frame(255)]
  }

  /// What remains to be said after `receive` has failed.
  func lastWords() -> [Frame] {
    var output = OutputBuffer()
    _ = try? session.produce(into: &output, upTo: 1 << 30)
    return Frame.split(output.withUnsafeBytes { Array($0) }) ?? [Frame(255)]
  }

  func session(_ session: ServerSession, headers stream: ServerStream, endStream: Bool) {
    events.append(
      "headers \(stream.id) \(text(stream.headers.path))\(endStream ? " end" : "")")
    streams[stream.id] = stream
    onHeaders(session, stream)
    if endStream { onEnd(session, stream) }
  }

  func session(
    _ session: ServerSession, data bytes: UnsafeRawBufferPointer, on stream: ServerStream
  ) {
    bodies[stream.id, default: []] += bytes
    onData(session, stream, bytes.count)
  }

  func session(_ session: ServerSession, end stream: ServerStream) {
    events.append("end \(stream.id)")
    onEnd(session, stream)
  }

  func session(_ session: ServerSession, writable stream: ServerStream) {
    events.append("writable \(stream.id)")
  }

  func session(_ session: ServerSession, closed stream: ServerStream, _ code: ErrorCode) {
    events.append("closed \(stream.id) \(code.rawValue)")
    onClosed(session, stream)
  }

  func session(_ session: ServerSession, receivedPingAck opaque: UInt64) {
    events.append("ping ack \(opaque)")
    if opaque == Self.noticePing, let warned {
      session.submitGoaway(.enhanceYourCalm, debug: warned.debugData)
    }
  }

  func session(_ session: ServerSession, warned vector: AbuseVector) {
    events.append("warned \(vector.name)")
    warned = vector
    session.submitShutdownNotice(ping: Self.noticePing)
  }

  func session(_ session: ServerSession, receivedGoaway code: ErrorCode) {
    events.append("goaway \(code.rawValue)")
  }
}
