import HTTP2
import RPC
import Testing

/// The Connect protocol reference, "Unary (Request-Response) RPCs".
@Suite struct `A unary call of Connect` {
  @Test func `carries bare messages of protobuf`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Unary", "application/proto", [8, 1])
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == "application/proto")
    #expect(reply.header("content-length") == "2")
    #expect(reply.body == [8, 1])
    // END_STREAM is on the DATA: Connect has no trailers.
    #expect(reply.trailers.isEmpty)
    #expect(reply.closedBy == .noError)
    #expect(exchange.host.ended == [.ok])
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: ["application/json", "application/json; charset=utf-8", "application/json;x=y"])
  func `carries JSON to a method that reads it`(type: String) throws {
    let exchange = try Exchange([Methods.codec])
    let reply = exchange.post("/test.Echo/Codec", type, #"{"a":1}"#)
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == "application/json")
    #expect(reply.text == #"json {"a":1}"#)
  }

  @Test func `in JSON to a method that does not is 415 and names what is taken`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Unary", "application/json", "{}")
    #expect(reply.httpStatus == 415)
    #expect(reply.header("content-type") == "application/json")
    #expect(
      reply.header("accept-post")
        == "application/proto, application/grpc, application/grpc-web, application/grpc-web-text")
    #expect(reply.text.hasPrefix(#"{"code":"invalid_argument","message":"/test.Echo/Unary is not"#))
    #expect(reply.text.contains(#""reason":"CONTENT_TYPE_UNSUPPORTED""#))
  }

  @Test(arguments: [Methods.echo, Methods.hotEcho])
  func `of an empty message has an empty body`(method: RPC.Method) throws {
    let exchange = try Exchange([method])
    let reply = exchange.post(method.path, "application/proto")
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-length") == "0")
    #expect(reply.isTrailersOnly)
    #expect(reply.body.isEmpty)
  }

  @Test(arguments: [Methods.echo, Methods.hotEcho])
  func `is the same however it is split`(method: RPC.Method) throws {
    let body = (0..<700).map { UInt8(truncatingIfNeeded: $0) }
    for chunk in [1, 7, 200] {
      let exchange = try Exchange([method])
      exchange.chunkSize = chunk
      #expect(exchange.post(method.path, "application/proto", body).body == body)
    }
  }

  @Test func `carries metadata before and after in headers`() throws {
    let exchange = try Exchange([Methods.telling])
    let reply = exchange.post("/test.Echo/Unary", "application/proto", [1])
    #expect(reply.header("shard") == "42")
    #expect(reply.header("trailer-cost") == "237")
    #expect(reply.header("trailer-cost-bin") == "AQID")
    #expect(reply.body == [1])
    let failed = exchange.post("/test.Echo/Unary", "application/proto", [0])
    #expect(failed.httpStatus == 404)
    #expect(failed.header("shard") == "42")
    #expect(failed.header("trailer-cost") == "237")
    #expect(failed.text == #"{"code":"not_found","message":"no such thing"}"#)
  }

  @Test(arguments: [
    (StatusCode.cancelled, 499, "canceled"), (.unknown, 500, "unknown"),
    (.invalidArgument, 400, "invalid_argument"), (.deadlineExceeded, 504, "deadline_exceeded"),
    (.notFound, 404, "not_found"), (.alreadyExists, 409, "already_exists"),
    (.permissionDenied, 403, "permission_denied"),
    (.resourceExhausted, 429, "resource_exhausted"),
    (.failedPrecondition, 400, "failed_precondition"), (.aborted, 409, "aborted"),
    (.outOfRange, 400, "out_of_range"), (.unimplemented, 501, "unimplemented"),
    (.internal, 500, "internal"), (.unavailable, 503, "unavailable"),
    (.dataLoss, 500, "data_loss"), (.unauthenticated, 401, "unauthenticated"),
  ])
  func `that fails has the status and the code of its error`(
    code: StatusCode, http: Int, name: String
  ) throws {
    let exchange = try Exchange([Methods.failing(Status(code: code, message: ""))])
    let reply = exchange.post("/test.Echo/Fail", "application/proto")
    #expect(reply.httpStatus == http)
    #expect(reply.header("content-type") == "application/json")
    #expect(reply.text == #"{"code":"\#(name)"}"#)
    #expect(exchange.host.ended == [code])
  }

  @Test func `that fails shows its details to programs and to people`() throws {
    let status = Status(
      .invalidArgument, reason: "FIELD_INVALID", "\"a\"\\\n\u{1}é", metadata: ["k": "v"],
      details: [
        .badRequest([FieldViolation(field: "user.email", description: "odd")]),
        .retryInfo(delay: .milliseconds(1500)),
        .message(typeURL: "type.googleapis.com/x.Y", bytes: [1]),
      ])
    let exchange = try Exchange([Methods.failing(status)])
    let reply = exchange.post("/test.Echo/Fail", "application/proto")
    #expect(
      reply.text == #"""
        {"code":"invalid_argument","message":"\"a\"\\\n\u0001é","details":[\#
        {"type":"google.rpc.ErrorInfo","value":"Cg1GSUVMRF9JTlZBTElEEgZyb3N0ZXIaBgoBaxIBdg",\#
        "debug":{"reason":"FIELD_INVALID","domain":"roster","metadata":{"k":"v"}}},\#
        {"type":"google.rpc.BadRequest","value":"ChEKCnVzZXIuZW1haWwSA29kZA",\#
        "debug":{"fieldViolations":[{"field":"user.email","description":"odd"}]}},\#
        {"type":"google.rpc.RetryInfo","value":"CggIARCAyrXuAQ","debug":{"retryDelay":"1.500s"}},\#
        {"type":"x.Y","value":"AQ"}]}
        """#)
  }

  @Test(arguments: ["/test.Echo/None", "/none.None/None", "/", "/test.Echo"])
  func `to an unknown path is 404`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post(path, "application/proto")
    #expect(reply.httpStatus == 404)
    #expect(reply.text.hasPrefix(#"{"code":"unimplemented","#))
    #expect(exchange.host.refused.map(\.code) == [.unimplemented])
  }

  @Test(arguments: ["PUT", "DELETE", "OPTIONS", "GET"])
  func `by another method is 405 and names POST`(verb: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.request(verb, "/test.Echo/Unary", [("content-type", "application/proto")])
    #expect(reply.httpStatus == 405)
    #expect(reply.header("allow") == "POST")
  }

  @Test(arguments: [Methods.collect, Methods.spread, Methods.converse])
  func `of a streaming method is 415 and names the streaming type`(method: RPC.Method) throws {
    let exchange = try Exchange([method])
    let reply = exchange.post(method.path, "application/proto")
    #expect(reply.httpStatus == 415)
    #expect(reply.header("accept-post")?.hasPrefix("application/connect+proto, ") == true)
  }

  @Test func `may name the version of the protocol, which is 1`() throws {
    let exchange = try Exchange(Methods.all)
    let name: StaticString = "connect-protocol-version"
    #expect(
      exchange.post("/test.Echo/Unary", "application/proto", [1], [(name, "1")]).httpStatus == 200)
    let reply = exchange.post("/test.Echo/Unary", "application/proto", [1], [(name, "2")])
    #expect(reply.httpStatus == 400)
    #expect(reply.text.contains(#""reason":"REQUEST_MALFORMED""#))
  }

  @Test func `with binary metadata that is no base64 is 400`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Unary", "application/proto", [1], [("trace-bin", "a")])
    #expect(reply.httpStatus == 400)
    #expect(reply.text.contains(#""reason":"METADATA_MALFORMED""#))
  }

  @Test func `with too many headers is 429`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post(
      "/test.Echo/Unary", "application/proto", [1],
      [("long", String(repeating: "x", count: 17_000))])
    #expect(reply.httpStatus == 429)
    #expect(reply.text.contains(#""reason":"HEADERS_TOO_LARGE""#))
  }

  @Test func `beyond the calls of a connection is refused, retryably`() throws {
    var limits = ServerLimits()
    limits.callsMax = 1
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate), Methods.echo], limits: limits)
    _ = exchange.call("/test.Echo/Wait", endStream: true)
    exchange.settle()
    #expect(
      exchange.post("/test.Echo/Unary", "application/proto", [1]).closedBy == .refusedStream)
    gate.open()
    exchange.settle()
    #expect(exchange.post("/test.Echo/Unary", "application/proto", [1]).httpStatus == 200)
  }
}
