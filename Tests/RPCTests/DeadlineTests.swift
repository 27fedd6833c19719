import HTTP2
import RPC
import Testing

@Suite struct `A deadline` {
  private static let second: UInt64 = 1_000_000_000

  @Test func `is armed after admission and forgotten with the call`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)])
    let reply = exchange.call("/test.Echo/Wait", [("grpc-timeout", "5S")], endStream: true)
    exchange.settle()
    #expect(exchange.host.deadlines.values.map(\.at) == [6 * Self.second])
    gate.open()
    exchange.settle()
    #expect(reply.grpcStatus == 0)
    #expect(exchange.host.deadlines.isEmpty)
  }

  @Test func `of a call that ends in its turn is never armed`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.unary("/test.Echo/Hot", [1], [("grpc-timeout", "5S")])
    #expect(reply.grpcStatus == 0)
    #expect(exchange.host.deadlines.isEmpty)
  }

  @Test func `saturates where the clock ends`() throws {
    let seen = Box<UInt64?>(nil)
    let exchange = try Exchange([
      Methods.unary { _, call async throws(Status) in
        seen.value = call.deadline
        return ResponseMessage([])
      }
    ])
    _ = exchange.unary("/test.Echo/Unary", [], [("grpc-timeout", "99999999H")])
    #expect(seen.value == .max)
    #expect(exchange.host.deadlines.isEmpty)
    _ = exchange.unary("/test.Echo/Unary", [])
    #expect(seen.value == nil)
  }

  @Test func `that passes cancels the handler and answers with trailers`() throws {
    let wasCancelled = Box(false)
    let thrown = Box<StatusCode?>(nil)
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        do throws(Status) {
          _ = try await call.nextMessage()
        } catch {
          wasCancelled.value = Task.isCancelled
          thrown.value = error.code
          throw error
        }
      }
    ])
    let reply = exchange.call("/test.Echo/Stream", [("grpc-timeout", "10m")])
    exchange.settle()
    exchange.host.advance(by: 9_999_999)
    exchange.settle()
    #expect(reply.httpStatus == 0)
    exchange.host.advance(by: 1)
    exchange.settle()
    #expect(reply.grpcStatus == 4)
    #expect(reply.reason == "DEADLINE_EXCEEDED")
    #expect(reply.isTrailersOnly)
    #expect(reply.closedBy == .noError)
    #expect(wasCancelled.value)
    #expect(thrown.value == .deadlineExceeded)
    #expect(exchange.host.ended == [.deadlineExceeded])
  }

  @Test func `answers although the handler does not listen, whose place stays taken`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)])
    let reply = exchange.call("/test.Echo/Wait", [("grpc-timeout", "1S")], endStream: true)
    exchange.settle()
    exchange.host.advance(by: Self.second)
    exchange.settle()
    #expect(reply.grpcStatus == 4)
    #expect(exchange.host.ended.isEmpty)
    #expect(exchange.server.callCount == 1)
    gate.open()
    exchange.settle()
    #expect(exchange.host.ended == [.deadlineExceeded])
    #expect(exchange.server.isIdle)
  }

  @Test func `that passes before the request is whole starts no handler`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call("/test.Echo/Unary", [("grpc-timeout", "1S")])
    exchange.write(reply, [0, 0, 0, 0, 9, 1])
    exchange.settle()
    exchange.host.advance(by: Self.second)
    exchange.settle()
    #expect(reply.grpcStatus == 4)
    #expect(exchange.host.startCount == 0)
    #expect(exchange.host.refused.map(\.code) == [.deadlineExceeded])
    #expect(exchange.server.isIdle)
  }

  @Test func `that passes inside a message resets the stream`() throws {
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        try await call.send(ResponseMessage([UInt8](repeating: 1, count: 300_000)))
        try await call.send(ResponseMessage([1]))
      }
    ])
    exchange.clientConsumes = false
    let reply = exchange.call("/test.Echo/Stream", [("grpc-timeout", "1S")])
    exchange.settle()
    #expect(reply.body.count == 256 << 10)
    exchange.host.advance(by: Self.second)
    exchange.settle()
    #expect(reply.closedBy == .cancel)
    #expect(reply.trailers.isEmpty)
    #expect(exchange.host.ended == [.deadlineExceeded])
  }
}

@Suite struct `A deadline that passes before the handler starts` {
  @Test(arguments: ["/test.Echo/Hot", "/test.Echo/Unary"])
  func `while the message was on its way is answered, and no handler runs`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call(path, [("grpc-timeout", "10m")])
    exchange.settle()
    // Its timer has not fired when the rest of the message is read.
    exchange.host.nowNanoseconds += 10_000_000
    exchange.write(reply, Exchange.framed([1]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.grpcStatus == 4)
    #expect(reply.reason == "DEADLINE_EXCEEDED")
    #expect(exchange.host.startCount == 0)
    #expect(exchange.host.refused.map(\.code) == [.deadlineExceeded])
    #expect(exchange.host.deadlines.isEmpty)
  }

  @Test func `for the turn took longer than it is counted from the turn's beginning`() throws {
    let exchange = try Exchange(Methods.all)
    exchange.host.turnNanoseconds = exchange.host.nowNanoseconds - 5_000_000
    let late = exchange.unary("/test.Echo/Unary", [1], [("grpc-timeout", "5m")])
    let early = exchange.unary("/test.Echo/Unary", [1], [("grpc-timeout", "6m")])
    #expect(late.grpcStatus == 4)
    #expect(early.grpcStatus == 0)
    #expect(exchange.host.startCount == 1)
  }
}
