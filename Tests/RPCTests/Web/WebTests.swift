import HTTP2
import RPC
import Testing

/// grpc doc/PROTOCOL-WEB.md.
@Suite struct `A call of gRPC-Web` {
  private static let okTrailers: [UInt8] =
    [0x80, 0, 0, 0, 16] + Array("grpc-status: 0\r\n".utf8)

  @Test(arguments: ["application/grpc-web", "application/grpc-web+proto"])
  func `has its trailers in the body`(type: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Unary", type, Exchange.framed([8, 1]))
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == type)
    #expect(reply.body == [0, 0, 0, 0, 2, 8, 1] + Self.okTrailers)
    #expect(reply.trailers.isEmpty)
    #expect(reply.closedBy == .noError)
    #expect(exchange.host.ended == [.ok])
  }

  @Test(arguments: ["application/grpc-web-text", "application/grpc-web-text+proto"])
  func `may have its body in base64`(type: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Unary", type, "AAAAAAIIAQ==")
    #expect(reply.header("content-type") == type)
    // A message and the trailers, padded each.
    #expect(reply.text == "AAAAAAIIAQ==" + "gAAAABBncnBjLXN0YXR1czogMA0K")
  }

  @Test func `in base64 may be padded and split anywhere`() throws {
    // Two messages, [1] and [2, 3], in three pieces.
    let body = "AAAAAA==" + "AQE=" + "AAAAAAICAw=="
    for chunk in [1, 2, 3, 5, 1000] {
      let exchange = try Exchange(Methods.all)
      exchange.chunkSize = chunk
      let reply = exchange.post("/test.Echo/Collect", "application/grpc-web-text", body)
      #expect(reply.text.hasPrefix("AAAAAAICAw=="), "\(chunk): \(reply.text)")
    }
  }

  @Test(arguments: [Methods.echo, Methods.hotEcho], ["AAAA!AE=", "AAAAAAE", "A", "====", "AA=A"])
  func `in base64 that is none is INTERNAL`(method: RPC.Method, body: String) throws {
    let exchange = try Exchange([method])
    let reply = exchange.post(method.path, "application/grpc-web-text", body)
    #expect(reply.grpcStatus == 13)
    #expect(reply.isTrailersOnly)
    #expect(reply.reason == "REQUEST_MALFORMED")
    #expect(exchange.host.startCount == 0)
  }

  @Test(arguments: [
    ("application/grpc-web", "application/grpc-web-text", "application/grpc-web-text"),
    ("application/grpc-web", "application/grpc-web", "application/grpc-web"),
    ("application/grpc-web", "*/*", "application/grpc-web"),
  ])
  func `is answered as the peer accepts`(type: String, accept: String, answer: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post(
      "/test.Echo/Hot", type, Exchange.framed([1]), [("accept", accept)])
    #expect(reply.header("content-type") == answer)
    #expect(reply.httpStatus == 200)
  }

  @Test func `in base64 may be answered in bytes`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post(
      "/test.Echo/Unary", "application/grpc-web-text", "AAAAAAEB",
      [("accept", "application/grpc-web+proto")])
    #expect(reply.body == [0, 0, 0, 0, 1, 1] + Self.okTrailers)
  }

  @Test func `that fails at once has its status in the headers`() throws {
    let exchange = try Exchange([Methods.failing(Status(code: .notFound, message: "none é"))])
    let reply = exchange.post("/test.Echo/Fail", "application/grpc-web", Exchange.framed([]))
    #expect(reply.httpStatus == 200)
    #expect(reply.isTrailersOnly)
    #expect(reply.grpcStatus == 5)
    #expect(reply.grpcMessage == "none é")
  }

  @Test func `that fails later has its status and metadata in the last frame`() throws {
    let method = Methods.bidirectional { call throws(Status) in
      call.initialMetadata.add("shard", "42")
      call.trailingMetadata.add("cost", "237")
      try await call.send(ResponseMessage([1]))
      throw Status(code: .unavailable, message: "100% é")
    }
    let reply = try Exchange([method]).post("/test.Echo/Stream", "application/grpc-web")
    #expect(reply.header("shard") == "42")
    #expect(
      reply.end(flag: 0x80)
        == "grpc-status: 14\r\ngrpc-message: 100%25 %C3%A9\r\ncost: 237\r\n")
  }

  @Test func `gives back everything it held, also what came after its answer`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.open(Exchange.post("/test.Echo/Converse", "application/grpc-web-text"))
    exchange.settle()
    // The headers.
    let opened = exchange.server.heldByteCount
    for _ in 0..<50 { exchange.write(reply, Array("AAAAAAEB".utf8)) }
    exchange.settle()
    #expect(exchange.server.heldByteCount == opened)
    exchange.write(reply, Array("!!!!".utf8))
    exchange.settle()
    exchange.write(reply, [UInt8](repeating: 0, count: 1000))
    exchange.settle()
    #expect(exchange.host.ended == [.internal])
    #expect(exchange.server.heldByteCount == 0)
  }

  @Test func `streams`() throws {
    let reply = try Exchange(Methods.all)
      .post("/test.Echo/Spread", "application/grpc-web", Exchange.framed([5, 6]))
    #expect(reply.body == [0, 0, 0, 0, 1, 5, 0, 0, 0, 0, 1, 6] + Self.okTrailers)
  }

  @Test func `has the time that gRPC gives it`() throws {
    let exchange = try Exchange(Methods.all)
    let type = "application/grpc-web"
    let late = exchange.post("/test.Echo/Unary", type, [], [("grpc-timeout", "0n")])
    #expect(late.grpcStatus == 4)
    let odd = exchange.post("/test.Echo/Unary", type, [], [("grpc-timeout", "soon")])
    #expect(odd.httpStatus == 400)
    #expect(odd.grpcStatus == 13)
  }

  @Test(arguments: [
    ("/test.Echo/None", 12, "METHOD_UNKNOWN"), ("/none.None/None", 12, "SERVICE_UNKNOWN"),
  ])
  func `to an unknown path is UNIMPLEMENTED`(path: String, grpc: Int, reason: String) throws {
    let reply = try Exchange(Methods.all).post(path, "application/grpc-web")
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == "application/grpc-web")
    #expect(reply.grpcStatus == grpc)
    #expect(reply.reason == reason)
  }

  @Test(arguments: [[], Exchange.framed([1]) + Exchange.framed([2])] as [[UInt8]])
  func `of a unary method takes exactly one message`(body: [UInt8]) throws {
    let reply = try Exchange(Methods.all).post("/test.Echo/Unary", "application/grpc-web", body)
    #expect(reply.grpcStatus == 12)
  }

  @Test(arguments: [
    "application/grpc-web+json", "application/grpc-webx", "application/grpc-web-te",
  ])
  func `in another content-type is 415`(type: String) throws {
    let reply = try Exchange(Methods.all).post("/test.Echo/Unary", type, Exchange.framed([1]))
    #expect(reply.httpStatus == 415)
    #expect(reply.grpcStatus == 3)
  }

  @Test func `by GET is 405`() throws {
    let reply = try Exchange(Methods.all)
      .request("GET", "/test.Echo/Unary", [("content-type", "application/grpc-web")])
    #expect(reply.httpStatus == 405)
    #expect(reply.grpcStatus == 13)
  }
}
