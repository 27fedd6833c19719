import HTTP2

let requestBlock = HeaderBlock.immortal([
  (":method", "POST"), (":scheme", "http"), (":path", "/echo.Echo/Say"),
  (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
])

/// A client session whose delegate writes down what it hears.
final class ClientPeer: ClientSessionDelegate {
  private(set) var session: ClientSession!
  var events: [String] = []
  var bodies: [Int32: [UInt8]] = [:]
  var isConsuming = true

  init(limits: SessionLimits = SessionLimits()) throws {
    session = try ClientSession(limits: limits, delegate: self)
  }

  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool) {
    let headers = stream.headers
    var event = "headers \(stream.id) \(headers.status)"
    for index in 0..<headers.count {
      event += " \(text(headers.name(at: index)))=\(text(headers.value(at: index)))"
    }
    events.append(event + (endStream ? " end" : ""))
  }

  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream
  ) {
    bodies[stream.id, default: []] += bytes
    if isConsuming { session.consume(stream, byteCount: bytes.count) }
  }

  func session(_ session: ClientSession, end stream: ClientStream) {
    let status = stream.trailers.firstValue(named: "grpc-status").map(text) ?? "none"
    events.append("end \(stream.id) \(status)")
  }

  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode) {
    events.append("closed \(stream.id) \(code.rawValue)")
  }

  func session(_ session: ClientSession, receivedGoaway code: ErrorCode) {
    events.append("goaway \(code.rawValue)")
  }
}

/// A client and a server whose octets meet in memory.
final class Connection {
  let client: ClientPeer
  let server: ServerPeer

  init(client: SessionLimits = SessionLimits(), server: SessionLimits = SessionLimits()) throws {
    self.client = try ClientPeer(limits: client)
    self.server = try ServerPeer(limits: server, isGreeted: false)
  }

  /// Carries octets both ways until neither side has any.
  func exchange() throws {
    var output = OutputBuffer()
    while client.session.wantsWrite || server.session.wantsWrite {
      _ = try client.session.produce(into: &output, upTo: 1 << 16)
      try output.withUnsafeBytes { try server.session.receive($0) }
      output.removeAll()
      _ = try server.session.produce(into: &output, upTo: 1 << 16)
      try output.withUnsafeBytes { try client.session.receive($0) }
      output.removeAll()
    }
  }
}
