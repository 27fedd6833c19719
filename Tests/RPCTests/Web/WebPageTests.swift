import HTTP2
import RPC
import Testing

@Suite struct `Pages of other origins` {
  private static let origin = "https://console.example:8443"

  private static func exchange() throws -> Exchange {
    var limits = ServerLimits()
    limits.crossOrigin.origins = ["http://localhost:3000", origin]
    limits.crossOrigin.requestHeaders = ["roster-user"]
    limits.crossOrigin.responseHeaders = ["trailer-roster-barrier"]
    return try Exchange(Methods.all + [Methods.codec], limits: limits)
  }

  private static func preflight(_ exchange: Exchange, _ origin: String) -> Reply {
    exchange.request(
      "OPTIONS", "/test.Echo/Unary",
      [
        ("origin", origin), ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,authorization"),
      ])
  }

  @Test func `may call when their origin is allowed`() throws {
    let reply = Self.preflight(try Self.exchange(), Self.origin)
    #expect(reply.httpStatus == 204)
    #expect(reply.isTrailersOnly)
    #expect(reply.header("access-control-allow-origin") == Self.origin)
    #expect(reply.header("access-control-allow-methods") == "GET, POST")
    let headers = reply.header("access-control-allow-headers")
    #expect(headers?.hasPrefix("authorization, content-type, ") == true)
    #expect(headers?.contains("connect-timeout-ms") == true)
    #expect(headers?.contains("x-grpc-web") == true)
    #expect(headers?.hasSuffix(", roster-user") == true)
    #expect(reply.header("access-control-max-age") == "7200")
    #expect(reply.header("vary") == "origin")
    // No cookies: a token in a header is what counts.
    #expect(reply.header("access-control-allow-credentials") == nil)
  }

  @Test(arguments: [
    "https://console.example", "https://console.example:8443/", "HTTPS://console.example:8443",
    "https://evil.example", "null", "",
  ])
  func `may not call from another origin`(origin: String) throws {
    let exchange = try Self.exchange()
    let refused = Self.preflight(exchange, origin)
    #expect(refused.httpStatus == 403)
    #expect(refused.header("access-control-allow-origin") == nil)
    #expect(refused.text == "pages of the origin \"\(origin)\" may not call this server\n")
    // What a browser sends all the same it may not show to the page.
    let reply = exchange.post("/test.Echo/Unary", "application/proto", [1], [("origin", origin)])
    #expect(reply.httpStatus == 200)
    #expect(reply.header("access-control-allow-origin") == nil)
  }

  @Test func `may not call unless the configuration says so`() throws {
    #expect(Self.preflight(try Exchange(Methods.all), Self.origin).httpStatus == 403)
  }

  @Test(arguments: ["application/proto", "application/grpc-web", "application/grpc-web-text"])
  func `may read answers and errors`(type: String) throws {
    let exchange = try Self.exchange()
    for path in ["/test.Echo/Unary", "/test.Echo/None"] {
      let reply = exchange.post(path, type, Exchange.framed([1]), [("origin", Self.origin)])
      #expect(reply.header("access-control-allow-origin") == Self.origin)
      #expect(
        reply.header("access-control-expose-headers")
          == "grpc-status, grpc-message, grpc-status-details-bin, trailer-roster-barrier")
      #expect(reply.header("vary") == "origin")
    }
  }

  @Test func `may read the answer to a GET`() throws {
    let reply = try Self.exchange().get(
      "/test.Echo/Codec?encoding=json&message=x", [("origin", Self.origin)])
    #expect(reply.header("access-control-allow-origin") == Self.origin)
  }

  @Test func `are no matter of gRPC`() throws {
    let reply = try Self.exchange().unary("/test.Echo/Unary", [1], [("origin", Self.origin)])
    #expect(reply.grpcStatus == 0)
    #expect(reply.header("access-control-allow-origin") == nil)
  }
}

@Suite struct `The page healthz` {
  @Test(arguments: ["GET", "HEAD", "POST"])
  func `says that the server serves, without a token or a content-type`(verb: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.request(verb, "/healthz")
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == "text/plain; charset=utf-8")
    #expect(reply.header("cache-control") == "no-store")
    #expect(reply.text == (verb == "HEAD" ? "" : "serving\n"))
    #expect(reply.closedBy == .noError)
    #expect(exchange.host.refused.isEmpty)
    #expect(exchange.server.isIdle)
  }

  @Test func `says when the server does not`() throws {
    let health = HealthState(services: ["a.B"])
    let exchange = try Exchange(Methods.all, health: health)
    #expect(exchange.get("/healthz").httpStatus == 503)
    health.setAll(.serving)
    #expect(exchange.get("/healthz").httpStatus == 200)
    health.setAll(.notServing)
    #expect(exchange.get("/healthz").text == "not serving\n")
  }

  @Test(arguments: ["/", "/healthz/", "/Healthz", "/livez"])
  func `is the only one`(path: String) throws {
    #expect(try Exchange(Methods.all).get(path).httpStatus == 404)
  }
}
