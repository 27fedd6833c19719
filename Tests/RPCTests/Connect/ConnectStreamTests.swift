import HTTP2
import RPC
import Testing

/// The Connect protocol reference, "Streaming RPCs".
@Suite struct `A stream of Connect` {
  private static let proto = "application/connect+proto"

  @Test func `of the server has its messages in envelopes and an end`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Spread", Self.proto, Exchange.framed([7, 8]))
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == "application/connect+proto")
    #expect(reply.body == [0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 8, 2, 0, 0, 0, 2] + Array("{}".utf8))
    #expect(reply.trailers.isEmpty)
    #expect(reply.closedBy == .noError)
  }

  @Test func `of the client has one answer`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post(
      "/test.Echo/Collect", Self.proto, Exchange.framed([1, 2]) + Exchange.framed([3]))
    #expect(reply.envelopes?.first?.payload == [2, 3])
    #expect(reply.end(flag: 2) == "{}")
  }

  @Test func `goes both ways at once`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.open(Exchange.post("/test.Echo/Converse", Self.proto))
    exchange.write(reply, Exchange.framed([1]))
    exchange.settle()
    #expect(reply.body == [0, 0, 0, 0, 1, 1])
    exchange.write(reply, Exchange.framed([2]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.envelopes?.map(\.payload) == [[1], [2], Array("{}".utf8)])
  }

  @Test func `carries JSON`() throws {
    let exchange = try Exchange([Methods.jsonStream])
    let reply = exchange.post(
      "/test.Echo/Lines", "application/connect+json", Exchange.framed(Array("{}".utf8)))
    #expect(reply.header("content-type") == "application/connect+json")
    #expect(reply.envelopes?.first?.payload == Array("json {}".utf8))
  }

  @Test func `that fails has the error at its end, and HTTP status 200`() throws {
    let method = Methods.bidirectional { call throws(Status) in
      call.initialMetadata.add("shard", "42")
      call.trailingMetadata.add("cost", "1")
      call.trailingMetadata.add("other", "x\"y")
      call.trailingMetadata.add("cost", "2")
      throw Status(code: .unavailable, message: "overloaded")
    }
    let exchange = try Exchange([method])
    let reply = exchange.post("/test.Echo/Stream", Self.proto)
    #expect(reply.httpStatus == 200)
    #expect(reply.header("shard") == "42")
    #expect(
      reply.end(flag: 2) == #"""
        {"error":{"code":"unavailable","message":"overloaded"},\#
        "metadata":{"cost":["1","2"],"other":["x\"y"]}}
        """#)
    #expect(exchange.host.ended == [.unavailable])
  }

  @Test(arguments: [[], Exchange.framed([1]) + Exchange.framed([2])] as [[UInt8]])
  func `of the server takes exactly one message`(body: [UInt8]) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Spread", Self.proto, body)
    #expect(reply.httpStatus == 200)
    #expect(reply.end(flag: 2)?.hasPrefix(#"{"error":{"code":"unimplemented","#) == true)
  }

  @Test(arguments: [1, 2, 3, 4, 128] as [UInt8])
  func `with an odd flag is INTERNAL`(flag: UInt8) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Spread", Self.proto, Exchange.framed([1], flag: flag))
    #expect(reply.end(flag: 2)?.hasPrefix(#"{"error":{"code":"internal","#) == true)
  }

  @Test func `that is cut off is INTERNAL`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Spread", Self.proto, [0, 0, 0, 0, 2, 1])
    #expect(reply.end(flag: 2)?.hasPrefix(#"{"error":{"code":"internal","#) == true)
  }

  @Test func `to a unary method is 415`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Unary", Self.proto, Exchange.framed([1]))
    #expect(reply.httpStatus == 415)
    #expect(reply.header("accept-post")?.hasPrefix("application/proto, ") == true)
  }

  @Test func `to an unknown path is 404`() throws {
    let exchange = try Exchange(Methods.all)
    #expect(exchange.post("/test.Echo/None", Self.proto).httpStatus == 404)
  }

  @Test func `whose time has passed says so at its end`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post("/test.Echo/Spread", Self.proto, [], [("connect-timeout-ms", "0")])
    #expect(reply.httpStatus == 200)
    #expect(reply.end(flag: 2)?.hasPrefix(#"{"error":{"code":"deadline_exceeded","#) == true)
  }

  @Test func `in an unknown encoding is UNIMPLEMENTED`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.post(
      "/test.Echo/Spread", Self.proto, Exchange.framed([1]), [("connect-content-encoding", "br")])
    #expect(reply.end(flag: 2)?.hasPrefix(#"{"error":{"code":"unimplemented","#) == true)
  }

  @Test func `waits for a slow peer`() throws {
    let sent = Box(0)
    let method = Methods.bidirectional { call throws(Status) in
      while true {
        try await call.send(ResponseMessage([UInt8](repeating: 0, count: 10_000)))
        sent.value += 1
      }
    }
    let exchange = try Exchange([method])
    exchange.clientConsumes = false
    let reply = exchange.open(Exchange.post("/test.Echo/Stream", Self.proto))
    exchange.settle()
    #expect(sent.value < 60)
    exchange.reset(reply)
    exchange.settle()
    #expect(exchange.server.isIdle)
  }
}
