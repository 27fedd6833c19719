import HTTP2
import RPC
import Testing

@Suite struct `Cutting a body into messages` {
  /// Feeds the chunks one after another and lists what comes out.
  private static func run(_ chunks: [[UInt8]], limit: Int = 100) -> [MessageDeframer.Next] {
    var deframer = MessageDeframer(messageSizeMax: limit)
    var found: [MessageDeframer.Next] = []
    for chunk in chunks {
      chunk.withUnsafeBytes { bytes in
        var position = 0
        while true {
          let next = deframer.next(bytes, from: &position)
          if next == .needsMoreBytes { return }
          found.append(next)
          guard case .messageInChunk = next else {
            guard case .message = next else { return }
            continue
          }
        }
      }
    }
    return found
  }

  @Test func `a message inside one chunk is not copied`() {
    #expect(Self.run([[0, 0, 0, 0, 2, 7, 8]]) == [.messageInChunk(5..<7)])
  }

  @Test func `several messages in a chunk come one by one`() {
    #expect(
      Self.run([[0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 8]])
        == [.messageInChunk(5..<6), .messageInChunk(11..<11), .messageInChunk(16..<17)])
  }

  @Test func `a message byte by byte is put together`() {
    let bytes: [UInt8] = [0, 0, 0, 0, 3, 7, 8, 9]
    #expect(Self.run(bytes.map { [$0] }) == [.message([7, 8, 9])])
  }

  @Test func `an empty message byte by byte is found with its prefix`() {
    let bytes: [UInt8] = [0, 0, 0, 0, 0]
    #expect(Self.run(bytes.map { [$0] }) == [.messageInChunk(1..<1)])
  }

  @Test func `a message may begin in one chunk and the next end in another`() {
    #expect(
      Self.run([[0, 0, 0, 0, 2, 7], [8, 0, 0], [0, 0, 1, 9]])
        == [.message([7, 8]), .messageInChunk(3..<4)])
  }

  @Test func `exactly the limit passes and one more does not`() {
    #expect(Self.run([[0, 0, 0, 0, 3, 1, 2, 3]], limit: 3) == [.messageInChunk(5..<8)])
    #expect(Self.run([[0, 0, 0, 0, 4]], limit: 3) == [.tooLarge(byteCount: 4)])
    #expect(Self.run([[0, 255, 255, 255, 255]]) == [.tooLarge(byteCount: 4_294_967_295)])
  }

  @Test(arguments: [UInt8(1), 2, 128, 255])
  func `a flag other than zero is no message`(flag: UInt8) {
    #expect(Self.run([[flag, 0, 0, 0, 0]]) == [.flagInvalid(flag)])
  }

  @Test func `a compressed message is one where there is an encoding`() {
    var deframer = MessageDeframer(messageSizeMax: 100, takesCompressed: true)
    let found = [UInt8]([1, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 8, 2]).withUnsafeBytes { bytes in
      var position = 0
      return (0..<3).map { _ in
        (deframer.next(bytes, from: &position), deframer.isCompressed)
      }
    }
    #expect(found.map(\.0) == [.messageInChunk(5..<6), .messageInChunk(11..<12), .needsMoreBytes])
    #expect(found.prefix(2).map(\.1) == [true, false])
  }
}

@Suite struct `A malformed body` {
  @Test(arguments: [UInt8(1), 2, 255])
  func `with a flag that has no meaning is INTERNAL`(flag: UInt8) throws {
    for path in ["/test.Echo/Unary", "/test.Echo/Converse"] {
      let exchange = try Exchange(Methods.all)
      let reply = exchange.call(path)
      exchange.write(reply, Exchange.framed([1], flag: flag))
      exchange.settle()
      #expect(reply.grpcStatus == 13)
      #expect(reply.reason == "REQUEST_MALFORMED")
      #expect(reply.closedBy == .noError)
      #expect(exchange.server.isIdle)
    }
  }

  @Test(arguments: [[0], [0, 0, 0, 0], [0, 0, 0, 0, 2, 1]] as [[UInt8]])
  func `that ends inside a message is INTERNAL`(bytes: [UInt8]) throws {
    for path in ["/test.Echo/Unary", "/test.Echo/Converse"] {
      let exchange = try Exchange(Methods.all)
      let reply = exchange.call(path)
      exchange.write(reply, bytes)
      exchange.finish(reply)
      exchange.settle()
      #expect(reply.grpcStatus == 13)
      #expect(reply.reason == "REQUEST_MALFORMED")
    }
  }

  @Test func `with a message over the limit is RESOURCE_EXHAUSTED at once`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call("/test.Echo/Unary")
    exchange.write(reply, [0, 0, 0x40, 0, 1])
    exchange.settle()
    #expect(reply.grpcStatus == 8)
    #expect(reply.reason == "MESSAGE_TOO_LARGE")
    #expect(reply.grpcMessage?.contains("4194305") == true)
    #expect(reply.closedBy == .noError)
  }

  @Test func `a message of exactly four megabytes passes`() throws {
    let exchange = try Exchange([
      Methods.unary { request, _ async throws(Status) in
        ResponseMessage([UInt8(try request.byteCount >> 16)])
      }
    ])
    let reply = exchange.unary("/test.Echo/Unary", [UInt8](repeating: 7, count: 4 << 20))
    #expect(reply.grpcStatus == 0)
    #expect(reply.messages == [[0x40]])
  }

  @Test func `a method has a limit of its own`() throws {
    let method = Method(
      path: "/test.Echo/Small", kind: .unary, messageSizeMax: 2, body: Methods.echo.body)
    #expect(try Exchange([method]).unary("/test.Echo/Small", [1, 2]).grpcStatus == 0)
    #expect(try Exchange([method]).unary("/test.Echo/Small", [1, 2, 3]).grpcStatus == 8)
  }

  @Test func `ends a conversation whose handler is running`() throws {
    let seen = Box<StatusCode?>(nil)
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        do throws(Status) {
          while try await call.nextMessage() != nil {}
        } catch {
          seen.value = error.code
          throw error
        }
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.write(reply, Exchange.framed([1]))
    exchange.settle()
    exchange.write(reply, [9, 0, 0, 0, 0])
    exchange.settle()
    #expect(reply.grpcStatus == 13)
    #expect(seen.value == .internal)
    #expect(exchange.host.ended == [.internal])
  }
}
