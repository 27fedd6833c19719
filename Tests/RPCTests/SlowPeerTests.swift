import HTTP2
import RPC
import Testing

@Suite struct `A slow peer` {
  private let second: UInt64 = 1_000_000_000
  private let pace = PeerPace(
    headerBlockTimeout: .seconds(5),
    request: Pace(timeout: .seconds(30), byteCount: 16_384, byteRateMin: 1_024),
    response: Pace(timeout: .seconds(30), byteCount: 16_384),
    connection: Pace(timeout: .seconds(60), byteCount: 16_384))

  /// Looks after that many seconds.
  private func sweep(_ exchange: Exchange, after seconds: UInt64 = 0) -> SweepOutcome {
    exchange.host.nowNanoseconds += seconds * second
    let outcome = exchange.server.sweep(at: exchange.host.nowNanoseconds, pace)
    exchange.settle()
    return outcome
  }

  private func exchange(window: UInt32 = 65_535) throws -> Exchange {
    var clientLimits = SessionLimits()
    clientLimits.streamWindowSize = window
    clientLimits.connectionWindowSize = 65_535
    return try Exchange(Methods.all, clientLimits: clientLimits)
  }

  @Test func `that sends nothing of its message is given up after ten seconds`() throws {
    let exchange = try exchange()
    let reply = exchange.call("/test.Echo/Unary")
    exchange.write(reply, [0, 0])
    exchange.settle()
    #expect(sweep(exchange) == SweepOutcome())
    #expect(sweep(exchange, after: 9) == SweepOutcome())
    #expect(sweep(exchange, after: 1).slow == [.request])
    #expect(reply.closedBy == .enhanceYourCalm)
    #expect(exchange.host.refused.map(\.code) == [.resourceExhausted])
    #expect(exchange.server.isIdle)
    #expect(sweep(exchange).isOver)
  }

  @Test func `that sends a kibibyte a second is waited for, and one octet less is not`() throws {
    for byteCount in [1_024, 1_023] {
      let exchange = try exchange()
      let reply = exchange.call("/test.Echo/Unary")
      let message = Exchange.framed([UInt8](repeating: 7, count: 100_000))
      exchange.settle()
      #expect(sweep(exchange) == SweepOutcome())
      var sent = 0
      var slow: [SlowSide] = []
      for _ in 0..<60 where slow.isEmpty {
        exchange.write(reply, Array(message[sent..<(sent + byteCount)]))
        sent += byteCount
        exchange.settle()
        slow = sweep(exchange, after: 1).slow
      }
      #expect(slow == (byteCount == 1_024 ? [] : [.request]), "\(byteCount) a second")
    }
  }

  @Test func `may be silent between two messages of a stream`() throws {
    let exchange = try exchange()
    let reply = exchange.call("/test.Echo/Converse")
    exchange.write(reply, Exchange.framed([1]))
    exchange.settle()
    for _ in 0..<10 { #expect(sweep(exchange, after: 3_600) == SweepOutcome()) }
    exchange.write(reply, Exchange.framed([2]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.messages == [[1], [2]])
  }

  @Test func `may not be silent inside of one`() throws {
    let exchange = try exchange()
    let reply = exchange.call("/test.Echo/Converse")
    exchange.write(reply, Exchange.framed([1]) + [0, 0, 0, 0, 9])
    exchange.settle()
    #expect(sweep(exchange) == SweepOutcome())
    #expect(sweep(exchange, after: 10).slow == [.request])
    #expect(exchange.host.ended == [.resourceExhausted])
  }

  @Test func `is not blamed for what the handler does not take`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)])
    let reply = exchange.call("/test.Echo/Wait")
    exchange.write(reply, Exchange.framed([1]) + [0, 0, 0, 0, 9])
    exchange.settle()
    for _ in 0..<10 { #expect(sweep(exchange, after: 60) == SweepOutcome()) }
    gate.open()
    exchange.settle()
    #expect(reply.grpcStatus == 0)
  }

  @Test func `that takes nothing of its answer is given up after half a minute`() throws {
    let exchange = try exchange(window: 0)
    let reply = exchange.unary("/test.Echo/Unary", [UInt8](repeating: 7, count: 100))
    #expect(sweep(exchange) == SweepOutcome())
    #expect(sweep(exchange, after: 29) == SweepOutcome())
    #expect(sweep(exchange, after: 1).slow == [.response])
    #expect(reply.closedBy == .enhanceYourCalm)
    #expect(exchange.server.queuedByteCount == 0)
  }

  @Test(arguments: [16_384, 16_383])
  func `that takes 16 KiB in half a minute is waited for, and less is not`(
    _ byteCount: Int
  ) throws {
    // A client session gives credit once it has half a window to give.
    let exchange = try exchange(window: UInt32(2 * byteCount))
    exchange.clientConsumes = false
    let reply = exchange.unary("/test.Echo/Unary", [UInt8](repeating: 7, count: 60_000))
    #expect(sweep(exchange) == SweepOutcome())
    exchange.client.consume(try #require(reply.stream), byteCount: byteCount)
    exchange.settle()
    #expect(sweep(exchange, after: 30).slow == (byteCount == 16_384 ? [] : [.response]))
  }

  @Test func `that keeps every answer waiting loses its connection after a minute`() throws {
    var clientLimits = SessionLimits()
    clientLimits.connectionWindowSize = 65_535
    clientLimits.connectionBufferMax = 0
    let method = Methods.bidirectional { call async throws(Status) in
      try await call.send(ResponseMessage([UInt8](repeating: 7, count: 60_000)))
      _ = try await call.nextMessage()
    }
    let exchange = try Exchange([method], clientLimits: clientLimits)
    exchange.clientConsumes = false
    // Two answers fill the connection's window, and neither that of its stream.
    for _ in 0..<2 { _ = exchange.call("/test.Echo/Stream") }
    exchange.settle()
    try #require(exchange.server.queuedByteCount > 0)
    #expect(sweep(exchange) == SweepOutcome())
    #expect(sweep(exchange, after: 59) == SweepOutcome())
    #expect(sweep(exchange, after: 1).isStalled)
  }

  @Test func `that does not end its header block has five seconds`() throws {
    let exchange = try exchange()
    exchange.settle()
    exchange.give(RawFrames.frame(type: 1, stream: 1, [0x83]))
    let began = exchange.host.nowNanoseconds
    #expect(sweep(exchange).headerBlockDeadline == began + 5 * second)
    exchange.host.nowNanoseconds += second
    exchange.give(RawFrames.frame(type: 9, stream: 1, [0x86]))
    #expect(!sweep(exchange, after: 3).isHeaderBlockOverdue)
    #expect(sweep(exchange, after: 1).isHeaderBlockOverdue)
  }

  @Test func `that ends its header block in time is heard`() throws {
    let exchange = try exchange()
    exchange.settle()
    exchange.give(RawFrames.frame(type: 1, flags: 1, stream: 1, [0x83]))
    exchange.host.nowNanoseconds += 4 * second
    let rest = Array(
      RawFrames.headers(
        stream: 1,
        [
          (":scheme", "http"), (":path", "/test.Echo/Collect"), (":authority", "a"),
          ("content-type", "application/grpc"),
        ]
      ).dropFirst(9))
    exchange.give(RawFrames.frame(type: 9, flags: 4, stream: 1, rest))
    #expect(sweep(exchange, after: 2).headerBlockDeadline == nil)
    exchange.settle()
    #expect(exchange.host.ended == [.ok])
  }
}
