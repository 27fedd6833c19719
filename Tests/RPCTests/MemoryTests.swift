import HTTP2
import RPC
import Testing

@Suite struct `Memory of connections` {
  private var narrow: SessionLimits {
    var limits = SessionLimits()
    limits.streamWindowSize = 65_535
    return limits
  }

  /// Of every path here: name, value and 32 a field (RFC 9113 §6.5.2).
  private var headersByteCount: Int {
    Exchange.request("/test.Echo/Wait").reduce(0) {
      $0 + $1.name.utf8CodeUnitCount + $1.value.utf8.count + 32
    }
  }

  private let large = [UInt8](repeating: 7, count: 1 << 20)

  @Test func `is counted while a call holds it, and given back with it`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)])
    let reply = exchange.call("/test.Echo/Wait")
    exchange.write(reply, Exchange.framed([UInt8](repeating: 7, count: 1_000)))
    exchange.settle()
    #expect(exchange.server.heldByteCount == headersByteCount + 1_005)
    exchange.finish(reply)
    gate.open()
    exchange.settle()
    #expect(reply.grpcStatus == 0)
    #expect(exchange.server.heldByteCount == 0)
  }

  @Test func `is given back as a handler takes messages`() throws {
    let method = Method(
      path: "/test.Echo/Talk", kind: .bidirectional, body: Methods.converse.body)
    let exchange = try Exchange([method])
    let reply = exchange.call("/test.Echo/Talk")
    for _ in 0..<5 {
      exchange.write(reply, Exchange.framed([UInt8](repeating: 7, count: 1_000)))
      exchange.settle()
      #expect(exchange.server.heldByteCount == headersByteCount)
    }
  }

  @Test func `is counted until the handler of a cancelled call has ended`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)])
    let reply = exchange.call("/test.Echo/Wait")
    exchange.write(reply, Exchange.framed([UInt8](repeating: 7, count: 1_000)))
    exchange.settle()
    exchange.reset(reply)
    exchange.settle()
    #expect(exchange.server.heldByteCount == headersByteCount + 1_005)
    gate.open()
    exchange.settle()
    #expect(exchange.server.heldByteCount == 0)
  }

  @Test func `counts answers that the peer does not take`() throws {
    let exchange = try Exchange(Methods.all, clientLimits: narrow)
    exchange.clientConsumes = false
    _ = exchange.unary("/test.Echo/Unary", [UInt8](repeating: 7, count: 100_000))
    #expect(exchange.server.heldByteCount == 100_005 - 65_535)
  }

  @Test func `is told to the process in steps, and taken back at the end`() throws {
    let memory = ProcessMemory(byteCountMax: 1 << 30)
    do {
      let method = Method(path: "/test.Echo/Unit", kind: .unary, body: Methods.echo.body)
      let exchange = try Exchange([method], memory: memory)
      #expect(memory.byteCount == ServerConnection.idleByteCount)
      let small = exchange.call("/test.Echo/Unit")
      exchange.write(small, [0, 0, 0, 0, 9, 1])
      exchange.settle()
      #expect(!exchange.server.settleMemory(unsentByteCount: 0))
      #expect(memory.byteCount == ServerConnection.idleByteCount)
      #expect(!exchange.server.settleMemory(unsentByteCount: 100_000))
      #expect(memory.byteCount == ServerConnection.idleByteCount + 100_006 + headersByteCount)
      exchange.reset(small)
      exchange.settle()
      #expect(!exchange.server.settleMemory(unsentByteCount: 0))
      #expect(memory.byteCount == ServerConnection.idleByteCount)
      exchange.server.disconnected()
    }
    #expect(memory.byteCount == 0)
  }

  @Test func `says when the process holds more than it may`() throws {
    let memory = ProcessMemory(byteCountMax: ServerConnection.idleByteCount + 20_000)
    let exchange = try Exchange(Methods.all, memory: memory)
    #expect(!exchange.server.settleMemory(unsentByteCount: 20_000))
    #expect(!memory.isExhausted)
    #expect(exchange.server.settleMemory(unsentByteCount: 40_000))
    #expect(memory.isExhausted)
  }

  @Test func `of the process has room for a large message, or refuses it`() throws {
    for (missing, status) in [(0, 0), (1, 8)] {
      let memory = ProcessMemory(
        byteCountMax: ServerConnection.idleByteCount + large.count - missing)
      let exchange = try Exchange(Methods.all, memory: memory)
      let reply = exchange.unary("/test.Echo/Unary", large)
      #expect(reply.grpcStatus == status)
      #expect(reply.reason == (missing == 0 ? nil : "OVERLOADED"))
      #expect(exchange.host.memoryRefusedCount == missing)
      // What fits into a window is taken all the same.
      #expect(exchange.unary("/test.Echo/Unary", [1, 2, 3]).grpcStatus == 0)
    }
  }

  /// 40 calls of 50,000 bytes back, of which the peer takes 65,535 bytes.
  private func burst(
    _ method: Method, limit: Int, afterwards: () -> Void = {}
  ) throws -> (exchange: Exchange, replies: [Reply]) {
    var limits = ServerLimits()
    limits.unsentSizeMax = limit
    var narrow = SessionLimits()
    narrow.connectionWindowSize = 65_535
    narrow.connectionBufferMax = 0
    let exchange = try Exchange([method], limits: limits, clientLimits: narrow)
    exchange.clientConsumes = false
    let replies = (0..<40).map { _ in
      let reply = exchange.call(method.path)
      exchange.write(reply, Exchange.framed([UInt8](repeating: 7, count: 49_995)))
      exchange.finish(reply)
      return reply
    }
    exchange.settle()
    afterwards()
    exchange.settle()
    return (exchange, replies)
  }

  private func expectTaken(_ replies: [Reply], from exchange: Exchange, limit: Int) throws {
    exchange.clientConsumes = true
    for reply in replies {
      exchange.client.consume(try #require(reply.stream), byteCount: reply.body.count)
    }
    exchange.settle()
    #expect(replies.allSatisfy { $0.grpcStatus == 0 && $0.messages?.first?.count == 49_995 })
    #expect(exchange.server.heldByteCount == 0)
    #expect(exchange.host.queuedByteCountMax <= limit + 50_000)
  }

  @Test(arguments: [(84_464, 3), (84_465, 4)])
  func `of answers in a burst is the limit, and one of them`(_ limit: Int, count: Int) throws {
    for method in [Methods.echo, Methods.hotEcho] {
      let (exchange, replies) = try burst(method, limit: limit)
      #expect(exchange.host.startCount == count)
      #expect(exchange.server.queuedByteCount == count * 50_000 - 65_535)
      try expectTaken(replies, from: exchange, limit: limit)
    }
  }

  @Test func `of answers of handlers that have begun already is that, too`() throws {
    let (first, second) = (Gate(), Gate())
    let unary = Method(
      path: "/test.Echo/Unary", kind: .unary,
      body: .unary { request, _ async throws(Status) in
        let bytes = try request.bytes
        await first.wait()
        return ResponseMessage(bytes)
      })
    let streaming = Methods.bidirectional { call async throws(Status) in
      let bytes = try await call.nextMessage()?.bytes ?? []
      await second.wait()
      try await call.send(ResponseMessage(bytes))
    }
    for (method, gate) in [(unary, first), (streaming, second)] {
      let (exchange, replies) = try burst(method, limit: 84_465) { gate.open() }
      #expect(exchange.host.startCount == 40)
      #expect(exchange.server.queuedByteCount == 134_465)
      // Of unary answers 36 wait whole, and count as held beside their requests.
      let waiting = method.kind == .unary ? 36 * 99_995 : 0
      #expect(exchange.server.heldByteCount > 134_465 + waiting)
      try expectTaken(replies, from: exchange, limit: 84_465)
    }
  }

  @Test func `that is full lets calls that wait for room be cancelled`() throws {
    let method = Methods.bidirectional { call async throws(Status) in
      let bytes = try await call.nextMessage()?.bytes ?? []
      for _ in 0..<1_000 { try await call.send(ResponseMessage(bytes)) }
    }
    let (exchange, replies) = try burst(method, limit: 100_000)
    #expect(exchange.server.queuedByteCount > 100_000)
    #expect(exchange.server.queuedByteCount <= 150_000)
    for reply in replies { exchange.reset(reply) }
    exchange.settle()
    #expect(exchange.server.isIdle)
    #expect(exchange.server.heldByteCount == 0)
  }

  @Test func `of a peer that does not take its answers starts no further handler`() throws {
    var limits = ServerLimits()
    limits.unsentSizeMax = 100_000
    let exchange = try Exchange(Methods.all, limits: limits, clientLimits: narrow)
    exchange.clientConsumes = false
    let first = exchange.unary("/test.Echo/Unary", [UInt8](repeating: 7, count: 165_531))
    #expect(exchange.server.queuedByteCount == 100_001)
    let second = exchange.unary("/test.Echo/Unary", [1])
    #expect(exchange.host.startCount == 1)
    let stream = try #require(first.stream)
    exchange.client.consume(stream, byteCount: 65_535)
    exchange.settle()
    #expect(exchange.host.startCount == 2)
    #expect(second.grpcStatus == nil || second.grpcStatus == 0)
  }
}
