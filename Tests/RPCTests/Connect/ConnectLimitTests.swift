import HTTP2
import RPC
import Testing

@Suite struct `A unary call of Connect has limits` {
  private static func exchange(_ limits: ServerLimits = ServerLimits()) throws -> Exchange {
    try Exchange([Methods.echo], limits: limits)
  }

  @Test(arguments: ["", "x", "-1", "1.5", "12345678901", "1 1"])
  func `its connect-timeout-ms has 1 to 10 digits`(value: String) throws {
    let exchange = try Self.exchange()
    let reply = exchange.post(
      "/test.Echo/Unary", "application/proto", [1], [("connect-timeout-ms", value)])
    #expect(reply.httpStatus == 400)
    #expect(reply.text.contains(#""reason":"TIMEOUT_MALFORMED""#))
  }

  @Test func `its time may have passed already`() throws {
    let exchange = try Self.exchange()
    let reply = exchange.post(
      "/test.Echo/Unary", "application/proto", [1], [("connect-timeout-ms", "0")])
    #expect(reply.httpStatus == 504)
    #expect(exchange.host.startCount == 0)
  }

  @Test func `its handler is cancelled when the time has passed`() throws {
    let gate = Gate()
    let waiting = Methods.unary { request, _ throws(Status) in
      await gate.wait()
      return ResponseMessage(try request.bytes)
    }
    let exchange = try Exchange([waiting])
    let reply = exchange.post(
      "/test.Echo/Unary", "application/proto", [1], [("connect-timeout-ms", "9999999999")])
    #expect(exchange.host.deadlines.values.map(\.at) == [9_999_999_999_000_000 + 1_000_000_000])
    #expect(reply.httpStatus == 0)
    exchange.host.advance(by: 9_999_999_999_000_000)
    exchange.settle()
    #expect(reply.httpStatus == 504)
    #expect(reply.text.hasPrefix(#"{"code":"deadline_exceeded""#))
    gate.open()
    exchange.settle()
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: [true, false])
  func `its message may be as long as the limit and no longer`(isAnnounced: Bool) throws {
    var limits = ServerLimits()
    limits.messageSizeMax = 1000
    let exchange = try Self.exchange(limits)
    func post(_ count: Int) -> Reply {
      exchange.post(
        "/test.Echo/Unary", "application/proto", [UInt8](repeating: 1, count: count),
        isAnnounced ? [("content-length", "\(count)")] : [])
    }
    #expect(post(1000).body.count == 1000)
    let reply = post(1001)
    #expect(reply.httpStatus == 429)
    #expect(reply.text.contains(#""reason":"MESSAGE_TOO_LARGE""#))
    #expect(exchange.server.isIdle)
    #expect(post(1000).body.count == 1000)
  }

  @Test(arguments: [true, false])
  func `its message may be longer than the window`(isAnnounced: Bool) throws {
    let exchange = try Self.exchange()
    let body = [UInt8](repeating: 7, count: 3_000_000)
    let reply = exchange.post(
      "/test.Echo/Unary", "application/proto", body,
      isAnnounced ? [("content-length", "3000000")] : [])
    #expect(reply.body == body)
  }

  @Test func `long messages are assembled in turn`() throws {
    var limits = ServerLimits()
    limits.assemblySizeMax = 4 << 20
    let exchange = try Self.exchange(limits)
    let body = [UInt8](repeating: 7, count: 2_000_000)
    let replies = (0..<5).map { _ in
      exchange.open(Exchange.post("/test.Echo/Unary", "application/proto"))
    }
    for reply in replies {
      exchange.write(reply, body)
      exchange.finish(reply)
    }
    exchange.settle()
    for reply in replies { #expect(reply.body == body) }
  }

  @Test(arguments: ["br", "zstd", "x"])
  func `its encoding is one of ours`(encoding: String) throws {
    let exchange = try Self.exchange()
    let reply = exchange.post(
      "/test.Echo/Unary", "application/proto", [1], [("content-encoding", encoding)])
    #expect(reply.httpStatus == 501)
    #expect(reply.text.contains(#""reason":"COMPRESSION_UNSUPPORTED""#))
    #expect(reply.header("accept-encoding") == "gzip, identity")
  }

  @Test func `an early answer is not followed by a reset`() throws {
    let exchange = try Self.exchange()
    let reply = exchange.open(Exchange.post("/test.Echo/None", "application/proto"))
    exchange.settle()
    #expect(reply.httpStatus == 404)
    #expect(reply.closedBy == nil)
    exchange.write(reply, [UInt8](repeating: 0, count: 5_000_000))
    exchange.settle()
    #expect(reply.closedBy == nil)
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.closedBy == .noError)
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: ["/test.Echo/None", "/test.Echo/Unary"])
  func `what comes after an early answer is dropped up to a limit`(path: String) throws {
    var limits = ServerLimits()
    limits.messageSizeMax = 10
    limits.unreadBodySizeMax = 1000
    let exchange = try Self.exchange(limits)
    let reply = exchange.open(Exchange.post(path, "application/proto"))
    exchange.write(reply, [UInt8](repeating: 0, count: 500))
    exchange.settle()
    #expect(reply.httpStatus >= 400)
    exchange.write(reply, [UInt8](repeating: 0, count: 500))
    exchange.settle()
    #expect(reply.closedBy == nil)
    exchange.write(reply, [0])
    exchange.settle()
    #expect(reply.closedBy == .noError)
    #expect(exchange.server.isIdle)
    #expect(exchange.server.heldByteCount == 0)
  }

  @Test func `a reset cancels it`() throws {
    let seen = Box(false)
    let method = Method(
      path: "/test.Echo/Unary", kind: .unary,
      body: .unary { _, call async throws(Status) in
        await withTaskCancellationHandler {
          while !call.isCancelled { await Task.yield() }
        } onCancel: {
          seen.value = true
        }
        throw .cancelled
      })
    let exchange = try Exchange([method])
    let reply = exchange.open(Exchange.post("/test.Echo/Unary", "application/proto"))
    exchange.finish(reply)
    _ = exchange.carryToServer()
    exchange.reset(reply)
    exchange.settle()
    #expect(seen.value)
    #expect(exchange.server.isIdle)
  }
}
