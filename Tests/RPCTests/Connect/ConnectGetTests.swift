import HTTP2
import RPC
import Testing

/// The Connect protocol reference, "Unary-Get-Request".
@Suite struct `A GET of Connect` {
  private static func get(_ query: String, _ more: Exchange.Fields = []) throws -> Reply {
    try Exchange([Methods.codec]).get("/test.Echo/Codec" + query, more)
  }

  @Test(arguments: [
    ("?message=%7B%22a%22%3A1%7D&encoding=json&connect=v1", #"json {"a":1}"#),
    ("?encoding=json&message=%7b%7d", "json {}"),
    ("?connect=v1&encoding=json&base64=1&message=eyJhIjoxfQ", #"json {"a":1}"#),
    ("?encoding=json&base64=1&message=eyJhIjoxfQ%3D%3D", #"json {"a":1}"#),
    ("?encoding=proto&base64=1&message=YQ%3d%3D", "proto a"),
    ("?encoding=proto&message=", "proto "),
    ("?encoding=proto&base64=1&message=", "proto "),
    ("?encoding=json&message=a+b%2Bc", "json a b+c"),
    ("?encoding=json&message=x&base64=0", "json x"),
    ("?encoding=json&message=x&message=y&other=1&flag", "json x"),
    ("?encoding=json&compression=identity&message=x", "json x"),
  ])
  func `has its message in the query`(query: String, answer: String) throws {
    let reply = try Self.get(query)
    #expect(reply.httpStatus == 200)
    #expect(reply.text == answer)
    #expect(reply.header("cache-control") == "no-store")
    #expect(
      reply.header("content-type")
        == (answer.hasPrefix("json") ? "application/json" : "application/proto"))
  }

  @Test func `reads base64 of the URL-safe kind`() throws {
    #expect(try Self.get("?encoding=proto&base64=1&message=-_8").body.suffix(2) == [0xFB, 0xFF])
    #expect(try Self.get("?encoding=proto&base64=1&message=%2B%2F8").httpStatus == 400)
  }

  @Test(arguments: [
    "", "?", "?encoding=json", "?message=x", "?encoding=json&message=%",
    "?encoding=json&message=%4",
    "?encoding=json&message=%4g", "?encoding=proto&base64=1&message=a",
    "?encoding=json&message=x&connect=v2",
  ])
  func `with a query that can't be read is 400`(query: String) throws {
    let reply = try Self.get(query)
    #expect(reply.httpStatus == 400)
    #expect(reply.text.hasPrefix(#"{"code":"invalid_argument""#))
  }

  @Test func `in an unknown codec is 415`() throws {
    let reply = try Self.get("?encoding=xml&message=x")
    #expect(reply.httpStatus == 415)
    #expect(reply.header("accept-post")?.contains("application/json") == true)
  }

  @Test func `in JSON to a method that reads none is 415`() throws {
    let method = Method(
      path: "/a.B/C", kind: .unary,
      body: .unary { _, _ async throws(Status) in ResponseMessage([]) }
    ).with(.hasNoSideEffects)
    #expect(try Exchange([method]).get("/a.B/C?encoding=json&message=x").httpStatus == 415)
  }

  @Test func `in an unknown compression is UNIMPLEMENTED`() throws {
    let reply = try Self.get("?encoding=json&message=x&compression=br")
    #expect(reply.httpStatus == 501)
  }

  @Test func `of a method with side effects is 405`() throws {
    let reply = try Exchange(Methods.all).get("/test.Echo/Unary?encoding=proto&message=")
    #expect(reply.httpStatus == 405)
    #expect(reply.header("allow") == "POST")
  }

  @Test func `of a stream is 405`() throws {
    let reply = try Exchange(Methods.all).get("/test.Echo/Spread?encoding=proto&message=")
    #expect(reply.httpStatus == 405)
  }

  @Test func `of an unknown path is 404, and no log has its message`() throws {
    let exchange = try Exchange(Methods.all)
    #expect(exchange.get("/test.Echo/None?encoding=proto&message=secret").httpStatus == 404)
    #expect(exchange.host.refused.map(\.path) == ["/test.Echo/None"])
  }

  @Test func `has its time in a header`() throws {
    #expect(
      try Self.get("?encoding=json&message=x", [("connect-timeout-ms", "0")]).httpStatus == 504)
  }

  @Test func `may have a content-type, which means nothing`() throws {
    let reply = try Self.get(
      "?encoding=json&message=x", [("content-type", "application/proto")])
    #expect(reply.text == "json x")
  }

  @Test func `may have a body, which means nothing`() throws {
    let exchange = try Exchange([Methods.codec])
    let reply = exchange.open([
      (":method", "GET"), (":scheme", "http"),
      (":path", "/test.Echo/Codec?encoding=json&message=x"),
      (":authority", "test"),
    ])
    exchange.write(reply, [1, 2, 3])
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.text == "json x")
  }
}
