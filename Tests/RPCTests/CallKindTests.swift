import HTTP2
import RPC
import Testing

@Suite struct `The four kinds of calls` {
  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot"], [Int.max, 1, 7])
  func `a unary call is answered with headers, message and trailers`(
    path: String, chunkSize: Int
  ) throws {
    let exchange = try Exchange(Methods.all)
    exchange.chunkSize = chunkSize
    let reply = exchange.unary(path, [1, 2, 3])
    #expect(reply.httpStatus == 200)
    #expect(reply.header("content-type") == "application/grpc")
    #expect(reply.messages == [[1, 2, 3]])
    #expect(reply.trailers.map(\.name) == ["grpc-status"])
    #expect(reply.grpcStatus == 0)
    #expect(reply.closedBy == .noError)
    #expect(exchange.host.ended == [.ok])
    #expect(exchange.server.isIdle)
  }

  @Test func `an empty message is a message`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.unary("/test.Echo/Unary", [])
    #expect(reply.messages == [[]])
    #expect(reply.grpcStatus == 0)
  }

  @Test(arguments: [Int.max, 1, 4])
  func `client streaming hands over every message, then the end`(chunkSize: Int) throws {
    let exchange = try Exchange(Methods.all)
    exchange.chunkSize = chunkSize
    let reply = exchange.call("/test.Echo/Collect")
    exchange.write(reply, Exchange.framed([1, 2]) + Exchange.framed([]) + Exchange.framed([3]))
    exchange.settle()
    #expect(reply.httpStatus == 0)
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.messages == [[3, 3]])
    #expect(reply.grpcStatus == 0)
  }

  @Test func `client streaming may have no message at all`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call("/test.Echo/Collect", endStream: true)
    exchange.settle()
    #expect(reply.messages == [[0, 0]])
  }

  @Test func `server streaming keeps its messages in order`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.unary("/test.Echo/Spread", [9, 8, 7])
    #expect(reply.messages == [[9], [8], [7]])
    #expect(reply.grpcStatus == 0)
  }

  @Test func `server streaming without a message is trailers-only`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.unary("/test.Echo/Spread", [])
    #expect(reply.isTrailersOnly)
    #expect(reply.grpcStatus == 0)
  }

  @Test func `a conversation goes back and forth while both sides are open`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call("/test.Echo/Converse")
    for byte in UInt8(1)...3 {
      exchange.write(reply, Exchange.framed([byte]))
      exchange.settle()
      #expect(reply.messages?.count == Int(byte))
    }
    #expect(reply.grpcStatus == nil)
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.messages == [[1], [2], [3]])
    #expect(reply.grpcStatus == 0)
  }

  @Test func `many calls share a connection`() throws {
    let exchange = try Exchange(Methods.all)
    let replies = (0..<100).map { index in
      let reply = exchange.call(index % 2 == 0 ? "/test.Echo/Hot" : "/test.Echo/Unary")
      exchange.write(reply, Exchange.framed([UInt8(index)]))
      exchange.finish(reply)
      return reply
    }
    exchange.settle()
    for (index, reply) in replies.enumerated() { #expect(reply.messages == [[UInt8(index)]]) }
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Spread"])
  func `no message where one is due is UNIMPLEMENTED`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call(path, endStream: true)
    exchange.settle()
    #expect(reply.grpcStatus == 12)
    #expect(reply.reason == "MESSAGE_COUNT_INVALID")
    #expect(exchange.host.startCount == 0)
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot", "/test.Echo/Spread"])
  func `a second message where one is due is UNIMPLEMENTED`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call(path)
    exchange.write(reply, Exchange.framed([1]) + Exchange.framed([2]))
    exchange.settle()
    #expect(reply.grpcStatus == 12)
    #expect(reply.reason == "MESSAGE_COUNT_INVALID")
    #expect(reply.closedBy == .noError)
    #expect(exchange.host.startCount == 0)
  }

  @Test(arguments: [0, 2])
  func `a handler that sends other than one answer fails the call`(count: Int) throws {
    let exchange = try Exchange([
      Method(
        path: "/test.Echo/Odd", kind: .clientStreaming,
        body: .streaming { call async throws(Status) in
          for _ in 0..<count { try await call.send(ResponseMessage([1])) }
        })
    ])
    let reply = exchange.call("/test.Echo/Odd", endStream: true)
    exchange.settle()
    #expect(reply.grpcStatus == 13)
    #expect(reply.reason == "HANDLER_FAILED")
  }

  @Test func `a hot request stays readable after its handler has waited`() throws {
    let gate = Gate()
    let exchange = try Exchange([
      Method(
        path: "/test.Echo/Wait", kind: .unary, isHot: true,
        body: .unary { request, _ async throws(Status) in
          await gate.wait()
          return ResponseMessage(try request.bytes)
        })
    ])
    let reply = exchange.unary("/test.Echo/Wait", [5, 6, 7])
    #expect(reply.httpStatus == 0)
    gate.open()
    exchange.settle()
    #expect(reply.messages == [[5, 6, 7]])
  }

  @Test func `a hot method that can answer at once gets no task`() throws {
    let exchange = try Exchange([
      Method(
        path: "/test.Echo/Now", kind: .unary, isHot: true,
        body: .unary { request, call async throws(Status) in
          let bytes = try request.bytes
          guard bytes.count < 4 else { throw .notFound(reason: "LONG", "too long") }
          call.trailingMetadata.add("x-way", "by a task")
          return ResponseMessage(bytes)
        }
      ).answering { request, call in
        guard let bytes = try? request.bytes, bytes.count < 3 else { return nil }
        call.trailingMetadata.add("x-way", "at once")
        return ResponseMessage(bytes)
      }
    ])
    let short = exchange.unary("/test.Echo/Now", [1, 2])
    #expect(short.messages == [[1, 2]])
    #expect(short.grpcStatus == 0)
    #expect(short.trailer("x-way") == "at once")
    #expect(exchange.host.startCount == 0)
    #expect(exchange.host.answeredCount == 1)
    #expect(exchange.host.ended == [])

    let long = exchange.unary("/test.Echo/Now", [1, 2, 3])
    #expect(long.messages == [[1, 2, 3]])
    #expect(long.trailer("x-way") == "by a task")
    #expect(exchange.unary("/test.Echo/Now", [1, 2, 3, 4]).grpcStatus == 5)
    #expect(exchange.host.startCount == 2)
    #expect(exchange.host.answeredCount == 1)
    #expect(exchange.host.ended == [.ok, .notFound])
    #expect(exchange.server.isIdle)
  }

  @Test func `a deadline of a call answered at once is never armed`() throws {
    let exchange = try Exchange([
      Method(
        path: "/test.Echo/Now", kind: .unary, isHot: true,
        body: .unary { _, _ async throws(Status) in throw .aborted(reason: "NEVER", "never") }
      ).answering { request, _ in (try? request.bytes).map { ResponseMessage($0) } }
    ])
    let reply = exchange.call("/test.Echo/Now", [("grpc-timeout", "1S")])
    exchange.write(reply, Exchange.framed([7]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.messages == [[7]])
    #expect(exchange.host.deadlines.isEmpty)
    #expect(exchange.server.isIdle)
  }

  @Test func `two hot requests in one read keep their own bytes`() throws {
    let exchange = try Exchange(Methods.all)
    let first = exchange.call("/test.Echo/Hot")
    let second = exchange.call("/test.Echo/Hot")
    exchange.write(first, Exchange.framed([1, 1]))
    exchange.write(second, Exchange.framed([2, 2]))
    exchange.settle()
    exchange.finish(first)
    exchange.finish(second)
    exchange.settle()
    #expect(first.messages == [[1, 1]])
    #expect(second.messages == [[2, 2]])
  }
}
