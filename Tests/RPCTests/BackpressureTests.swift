import HTTP2
import RPC
import Testing

@Suite struct `Backpressure` {
  @Test func `stops a handler whose peer does not read`() throws {
    let sent = Box(0)
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        for _ in 0..<1_000 {
          try await call.send(ResponseMessage([UInt8](repeating: 1, count: 995)))
          sent.value += 1
        }
      }
    ])
    exchange.clientConsumes = false
    let reply = exchange.call("/test.Echo/Stream")
    exchange.settle()
    // A window of 256 KiB, a queue of 64 KiB and at most one message more.
    #expect(sent.value < 340)
    #expect(sent.value > 300)
    if let stream = reply.stream { exchange.client.consume(stream, byteCount: reply.body.count) }
    exchange.clientConsumes = true
    exchange.settle()
    #expect(sent.value == 1_000)
    #expect(reply.messages?.count == 1_000)
    #expect(reply.grpcStatus == 0)
  }

  @Test func `stops a peer whose handler does not read`() throws {
    let gate = Gate()
    let taken = Box(0)
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        await gate.wait()
        while let message = try await call.nextMessage() {
          taken.value += try message.byteCount
        }
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    for _ in 0..<1_000 {
      exchange.write(reply, Exchange.framed([UInt8](repeating: 1, count: 995)))
    }
    exchange.finish(reply)
    exchange.settle()
    let unsent = try #require(reply.stream?.queuedByteCount)
    // Exactly the stream's window has been sent.
    #expect(unsent == 1_000_000 - 256 << 10)
    gate.open()
    exchange.settle()
    #expect(taken.value == 995_000)
    #expect(reply.grpcStatus == 0)
  }

  @Test func `lets a message pass that is longer than the window`() throws {
    let taken = Box(0)
    let gate = Gate()
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        await gate.wait()
        while let message = try await call.nextMessage() {
          taken.value += try message.byteCount
        }
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.write(reply, Exchange.framed([UInt8](repeating: 1, count: 1_000_000)))
    exchange.write(reply, Exchange.framed([UInt8](repeating: 1, count: 1_000_000)))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.stream?.queuedByteCount == 2_000_010 - 256 << 10)
    gate.open()
    exchange.settle()
    #expect(taken.value == 2_000_000)
    #expect(reply.grpcStatus == 0)
  }

  @Test func `lets large messages of many calls pass in turn`() throws {
    var limits = ServerLimits()
    limits.assemblySizeMax = 1_000_000
    let exchange = try Exchange(Methods.all, limits: limits)
    let message = [UInt8](repeating: 3, count: 600_000)
    let replies = (0..<10).map { index in
      let reply = exchange.call(index % 2 == 0 ? "/test.Echo/Unary" : "/test.Echo/Collect")
      exchange.write(reply, Exchange.framed(message))
      exchange.finish(reply)
      return reply
    }
    exchange.settle()
    for reply in replies { #expect(reply.grpcStatus == 0) }
    #expect(exchange.server.isIdle)
  }

  @Test func `never lets calls that wait for their turn starve those that have it`() throws {
    let exchange = try Exchange(Methods.all)
    // Eight fill the budget; what nine others send ahead is more than the connection may hold.
    let message = [UInt8](repeating: 3, count: 4 << 20)
    let replies = (0..<17).map { _ in
      let reply = exchange.call("/test.Echo/Unary")
      exchange.write(reply, Exchange.framed(message))
      exchange.finish(reply)
      return reply
    }
    exchange.settle()
    for reply in replies { #expect(reply.grpcStatus == 0) }
    #expect(exchange.server.isIdle)
  }

  @Test func `passes the turn on when a call gives up`() throws {
    var limits = ServerLimits()
    limits.assemblySizeMax = 1_000_000
    let exchange = try Exchange(Methods.all, limits: limits)
    let partial = Exchange.framed([UInt8](repeating: 3, count: 900_000)).prefix(800_000)
    let first = exchange.call("/test.Echo/Unary")
    exchange.write(first, Array(partial))
    exchange.settle()
    let second = exchange.call("/test.Echo/Unary")
    exchange.write(second, Exchange.framed([UInt8](repeating: 4, count: 900_000)))
    exchange.finish(second)
    let third = exchange.call("/test.Echo/Unary")
    exchange.write(third, Exchange.framed([UInt8](repeating: 5, count: 900_000)))
    exchange.finish(third)
    exchange.settle()
    #expect(second.httpStatus == 0)
    exchange.reset(second)
    exchange.reset(first)
    exchange.settle()
    #expect(third.grpcStatus == 0)
    #expect(exchange.server.isIdle)
  }

  @Test func `passes the turn on when a call is over before its handler`() throws {
    var limits = ServerLimits()
    limits.assemblySizeMax = 1_000_000
    let gate = Gate()
    let exchange = try Exchange(
      [
        Methods.bidirectional { call async throws(Status) in
          _ = try? await call.nextMessage()
          await gate.wait()
        }, Methods.echo,
      ], limits: limits)
    let message = Exchange.framed([UInt8](repeating: 3, count: 900_000))
    let first = exchange.call("/test.Echo/Stream")
    exchange.write(first, Array(message.prefix(800_000)))
    exchange.settle()
    let second = exchange.call("/test.Echo/Unary")
    exchange.write(second, message)
    exchange.finish(second)
    exchange.settle()
    #expect(second.httpStatus == 0)
    exchange.reset(first)
    exchange.settle()
    #expect(second.grpcStatus == 0)
    #expect(exchange.server.callCount == 1)
    gate.open()
  }

  @Test func `does not hold back short calls beside large ones`() throws {
    var limits = ServerLimits()
    limits.assemblySizeMax = 1_000_000
    let exchange = try Exchange(Methods.all, limits: limits)
    let slow = exchange.call("/test.Echo/Unary")
    exchange.write(slow, Array(Exchange.framed([UInt8](repeating: 3, count: 990_000)).prefix(9)))
    exchange.settle()
    #expect(exchange.unary("/test.Echo/Unary", [1]).grpcStatus == 0)
  }

  @Test func `carries a large answer through small windows`() throws {
    var clientLimits = SessionLimits()
    clientLimits.streamWindowSize = 1_000
    let exchange = try Exchange(
      [
        Methods.unary { _, _ async throws(Status) in
          ResponseMessage([UInt8](repeating: 9, count: 314_159))
        }
      ], clientLimits: clientLimits)
    let reply = exchange.unary("/test.Echo/Unary", [])
    #expect(reply.messages?.first?.count == 314_159)
    #expect(reply.grpcStatus == 0)
  }
}
