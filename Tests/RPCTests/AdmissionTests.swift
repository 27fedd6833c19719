import HTTP2
import RPC
import Testing

/// The rows of wire.md 1.1, in their order.
@Suite struct `Admitting a request` {
  private typealias Fields = [(name: StaticString, value: String)]

  /// A request that is fine but for what a test says; it stays open.
  private static func answer(
    to fields: Fields, limits: ServerLimits = ServerLimits()
  ) throws -> (Reply, Exchange) {
    let exchange = try Exchange(Methods.all, limits: limits)
    let reply = exchange.open(fields)
    exchange.settle()
    return (reply, exchange)
  }

  private static func replacing(_ name: String, _ value: String?) -> Fields {
    Exchange.request("/test.Echo/Unary").compactMap { field in
      guard "\(field.name)" == name else { return field }
      return value.map { (field.name, $0) }
    }
  }

  private static func expectEarly(
    _ reply: Reply, http: Int, grpc: Int, _ reason: String, _ exchange: Exchange
  ) {
    #expect(reply.httpStatus == http)
    #expect(reply.grpcStatus == grpc)
    #expect(reply.reason == reason)
    #expect(reply.isTrailersOnly)
    // RST_STREAM NO_ERROR after the trailers, for the peer was still sending; not where the peer
    // may be curl, which would lose the answer.
    #expect(reply.closedBy == (http == 415 ? nil : .noError))
    #expect(exchange.host.startCount == 0)
    #expect(exchange.host.refused.map { Int($0.code.rawValue) } == [grpc])
    #expect(exchange.server.callCount == 0)
  }

  @Test func `row 1: too many bytes of headers are RESOURCE_EXHAUSTED`() throws {
    let (reply, exchange) = try Self.answer(
      to: Exchange.request("/test.Echo/Unary") + [("long", String(repeating: "x", count: 17_000))])
    Self.expectEarly(reply, http: 200, grpc: 8, "HEADERS_TOO_LARGE", exchange)
  }

  @Test func `row 1: too many fields are RESOURCE_EXHAUSTED`() throws {
    let (reply, exchange) = try Self.answer(
      to: Exchange.request("/test.Echo/Unary")
        + Array(repeating: (name: "many", value: "x"), count: 60))
    Self.expectEarly(reply, http: 200, grpc: 8, "HEADERS_TOO_LARGE", exchange)
  }

  @Test func `row 1: headers at the limits pass`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.unary(
      "/test.Echo/Unary", [1], Array(repeating: (name: "many", value: "x"), count: 58))
    #expect(reply.grpcStatus == 0)
  }

  @Test func `row 2: an even stream id ends the connection`() throws {
    let exchange = try Exchange(Methods.all)
    exchange.give(
      RawFrames.preface + RawFrames.settings
        + RawFrames.headers(
          stream: 2,
          [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "a")]))
    var output = OutputBuffer()
    _ = exchange.server.produce(into: &output, upTo: 1 << 16)
    let frames = RawFrames.parse(output.withUnsafeBytes { Array($0) })
    // GOAWAY with PROTOCOL_ERROR.
    #expect(frames.contains { $0.type == 7 && $0.payload[7] == 1 })
  }

  @Test(arguments: [["a", "b"], []])
  func `row 3: two hosts and none at all reset the stream`(hosts: [String]) throws {
    let (reply, exchange) = try Self.answer(
      to: Self.replacing(":authority", nil) + hosts.map { (name: "host", value: $0) })
    #expect(reply.closedBy == .protocolError)
    #expect(reply.httpStatus == 0)
    #expect(exchange.host.startCount == 0)
  }

  @Test func `row 3: one host stands for the authority`() throws {
    let authority = Box<String>("")
    let exchange = try Exchange([
      Method(
        path: "/test.Echo/Unary", kind: .unary,
        body: .unary { _, call async throws(Status) in
          authority.value = String(decoding: call.metadata.authority, as: UTF8.self)
          return ResponseMessage([])
        })
    ])
    let reply = exchange.open(Self.replacing(":authority", nil) + [("host", "there")])
    exchange.write(reply, Exchange.framed([]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.grpcStatus == 0)
    #expect(authority.value == "there")
  }

  @Test(arguments: ["connection", "transfer-encoding", "upgrade", "te"])
  func `row 4: headers of a connection reset the stream`(name: String) throws {
    let exchange = try Exchange(Methods.all)
    exchange.give(
      RawFrames.preface + RawFrames.settings
        + RawFrames.headers(
          stream: 1,
          [
            (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Unary"),
            (":authority", "a"), ("content-type", "application/grpc"), (name, "br"),
          ]))
    var output = OutputBuffer()
    _ = exchange.server.produce(into: &output, upTo: 1 << 16)
    let frames = RawFrames.parse(output.withUnsafeBytes { Array($0) })
    #expect(frames.contains { $0.type == 3 && $0.payload == [0, 0, 0, 1] })
    #expect(exchange.host.startCount == 0)
  }

  @Test(arguments: [
    "application/grpcx", "application", "text/html", "application/x-www-form-urlencoded", "",
    "application/grpc-web+json", "application/jsonx", "Application/grpc",
  ])
  func `row 5: another content-type is 415`(type: String) throws {
    let (reply, exchange) = try Self.answer(to: Self.replacing("content-type", type))
    Self.expectEarly(reply, http: 415, grpc: 3, "CONTENT_TYPE_UNSUPPORTED", exchange)
  }

  @Test func `row 5: no content-type is 415`() throws {
    let (reply, exchange) = try Self.answer(to: Self.replacing("content-type", nil))
    Self.expectEarly(reply, http: 415, grpc: 3, "CONTENT_TYPE_UNSUPPORTED", exchange)
    #expect(reply.grpcMessage?.contains("is absent") == true)
  }

  @Test(arguments: [
    ("application/grpc", "application/grpc"), ("application/grpc+proto", "application/grpc+proto"),
    ("application/grpc;charset=utf-8", "application/grpc"),
    ("application/grpc+proto; charset=utf-8", "application/grpc+proto"),
  ])
  func `row 5: the subtype of the request is that of the answer`(
    type: String, answer: String
  ) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.open(Self.replacing("content-type", type))
    exchange.write(reply, Exchange.framed([1]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.grpcStatus == 0)
    #expect(reply.header("content-type") == answer)
  }

  @Test(arguments: ["", "1", "S", "-1S", "1.5S", "1 S", "123456789S", "1s", "1x", "+1S", "0x1S"])
  func `row 6: a malformed grpc-timeout is 400`(value: String) throws {
    let (reply, exchange) = try Self.answer(
      to: Exchange.request("/test.Echo/Unary") + [("grpc-timeout", value)])
    Self.expectEarly(reply, http: 400, grpc: 13, "TIMEOUT_MALFORMED", exchange)
    #expect(reply.grpcMessage?.contains("grpc-timeout") == true)
  }

  @Test(arguments: ["a", "abcde", "ab=c", "a===", "YWJj,!", "YW Jj", "YQ==="])
  func `row 6: binary metadata that is no base64 is 400`(value: String) throws {
    let (reply, exchange) = try Self.answer(
      to: Exchange.request("/test.Echo/Unary") + [("trace-bin", value)])
    Self.expectEarly(reply, http: 400, grpc: 13, "METADATA_MALFORMED", exchange)
    #expect(reply.grpcMessage?.contains("trace-bin") == true)
  }

  @Test func `row 8: more handlers than allowed refuse the stream, retryably`() throws {
    let gate = Gate()
    var limits = ServerLimits()
    limits.callsMax = 2
    let exchange = try Exchange([Methods.waiting(on: gate)], limits: limits)
    let held = (0..<2).map { _ in exchange.call("/test.Echo/Wait", endStream: true) }
    exchange.settle()
    // A cancelled call keeps its place until its handler has ended.
    for reply in held { exchange.reset(reply) }
    exchange.settle()
    #expect(exchange.server.callCount == 2)
    let refused = exchange.call("/test.Echo/Wait", endStream: true)
    exchange.settle()
    #expect(refused.closedBy == .refusedStream)
    #expect(refused.httpStatus == 0)
    gate.open()
    exchange.settle()
    #expect(exchange.server.callCount == 0)
    let admitted = exchange.call("/test.Echo/Wait", endStream: true)
    exchange.settle()
    #expect(admitted.grpcStatus == 0)
  }

  @Test(arguments: ["GET", "PUT", "OPTIONS", "post"])
  func `row 9: another method than POST is 405`(verb: String) throws {
    let (reply, exchange) = try Self.answer(to: Self.replacing(":method", verb))
    Self.expectEarly(reply, http: 405, grpc: 13, "VERB_UNSUPPORTED", exchange)
  }

  @Test(arguments: ["0n", "0S", "00000000H"])
  func `row 10: a deadline that has passed is DEADLINE_EXCEEDED`(value: String) throws {
    let (reply, exchange) = try Self.answer(
      to: Exchange.request("/test.Echo/Unary") + [("grpc-timeout", value)])
    Self.expectEarly(reply, http: 200, grpc: 4, "DEADLINE_EXCEEDED", exchange)
    #expect(exchange.host.deadlines.isEmpty)
  }

  @Test(arguments: ["/", "/test.Echo", "/Unary"])
  func `row 11: a path that names no method is UNIMPLEMENTED`(path: String) throws {
    let (reply, exchange) = try Self.answer(to: Self.replacing(":path", path))
    Self.expectEarly(reply, http: 200, grpc: 12, "METHOD_UNKNOWN", exchange)
    #expect(reply.grpcMessage?.contains("malformed method name") == true)
  }

  @Test(arguments: [
    ("/test.Echo/Unari", "METHOD_UNKNOWN", "unknown method Unari for service test.Echo"),
    ("/test.Echo/unary", "METHOD_UNKNOWN", "unknown method unary for service test.Echo"),
    ("/test.Echo/Unary?x", "METHOD_UNKNOWN", "unknown method Unary?x for service test.Echo"),
    ("/test.Echo/", "METHOD_UNKNOWN", "unknown method  for service test.Echo"),
    ("/test.Eco/Unary", "SERVICE_UNKNOWN", "unknown service test.Eco"),
    ("/a/test.Echo/Unary", "SERVICE_UNKNOWN", "unknown service a/test.Echo"),
    ("//Unary", "SERVICE_UNKNOWN", "unknown service "),
  ])
  func `row 12: an unknown service or method is UNIMPLEMENTED`(
    path: String, reason: String, message: String
  ) throws {
    let (reply, exchange) = try Self.answer(to: Self.replacing(":path", path))
    Self.expectEarly(reply, http: 200, grpc: 12, reason, exchange)
    #expect(reply.grpcMessage == message)
    #expect(exchange.host.refused.map(\.path) == [path])
  }

  @Test(arguments: ["br", "deflate", "snappy", ""])
  func `row 13: an encoding that is not installed is UNIMPLEMENTED and names ours`(
    encoding: String
  ) throws {
    let (reply, exchange) = try Self.answer(
      to: Exchange.request("/test.Echo/Unary") + [("grpc-encoding", encoding)])
    Self.expectEarly(reply, http: 200, grpc: 12, "COMPRESSION_UNSUPPORTED", exchange)
    #expect(reply.header("grpc-accept-encoding") == "identity,gzip")
  }

  @Test func `row 13: identity is an encoding we have`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.unary("/test.Echo/Unary", [1], [("grpc-encoding", "identity")])
    #expect(reply.grpcStatus == 0)
  }

  @Test func `row 14: an unknown codec is UNIMPLEMENTED`() throws {
    let (reply, exchange) = try Self.answer(
      to: Self.replacing("content-type", "application/grpc+json"))
    Self.expectEarly(reply, http: 200, grpc: 12, "CONTENT_TYPE_UNSUPPORTED", exchange)
  }

  @Test func `of several faults the first row answers`() throws {
    var fields = Self.replacing("content-type", "text/html")
    fields += [("grpc-timeout", "soon"), ("grpc-encoding", "br")]
    #expect(try Self.answer(to: fields).0.reason == "CONTENT_TYPE_UNSUPPORTED")
    fields = Self.replacing(":method", "GET") + [("grpc-timeout", "soon")]
    #expect(try Self.answer(to: fields).0.reason == "TIMEOUT_MALFORMED")
    fields = Self.replacing(":method", "GET") + [("grpc-timeout", "0n")]
    #expect(try Self.answer(to: fields).0.reason == "VERB_UNSUPPORTED")
    fields = Self.replacing(":path", "/x") + [("grpc-timeout", "0n")]
    #expect(try Self.answer(to: fields).0.reason == "DEADLINE_EXCEEDED")
    fields = Self.replacing(":path", "/x/y") + [("grpc-encoding", "br")]
    #expect(try Self.answer(to: fields).0.reason == "SERVICE_UNKNOWN")
    fields = Self.replacing("content-type", "application/grpc+x") + [("grpc-encoding", "br")]
    #expect(try Self.answer(to: fields).0.reason == "COMPRESSION_UNSUPPORTED")
  }

  @Test func `te may be missing`() throws {
    let (reply, exchange) = try Self.answer(to: Self.replacing("te", nil))
    exchange.write(reply, Exchange.framed([1]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.grpcStatus == 0)
  }

  @Test func `a body behind a refused request is dropped and its credit given back`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call("/test.Echo/None")
    exchange.write(reply, [UInt8](repeating: 1, count: 200_000))
    exchange.settle()
    #expect(reply.grpcStatus == 12)
    for _ in 0..<40 {
      let next = exchange.call("/test.Echo/None")
      exchange.write(next, [UInt8](repeating: 1, count: 200_000))
      exchange.settle()
    }
    #expect(exchange.unary("/test.Echo/Unary", [1]).grpcStatus == 0)
  }
}
