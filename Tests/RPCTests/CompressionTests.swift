import HTTP2
import RPC
import Testing

private let gzipped: [(name: StaticString, value: String)] = [("grpc-encoding", "gzip")]
private let accepting: [(name: StaticString, value: String)] = [
  ("grpc-accept-encoding", "identity, deflate, gzip")
]

private func deflate(_ bytes: [UInt8]) throws -> [UInt8] {
  try #require(bytes.withUnsafeBytes { Gzip().deflate($0) })
}

/// As it goes over the wire.
private func packed(_ bytes: [UInt8]) throws -> [UInt8] {
  Exchange.framed(try deflate(bytes), flag: 1)
}

/// Bytes that gzip can't make shorter.
private func noise(_ count: Int) -> [UInt8] {
  var state: UInt64 = 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 56)
  }
}

@Suite struct `A compressed request` {
  private static func call(
    _ exchange: Exchange, _ path: String, _ body: [UInt8],
    _ more: [(name: StaticString, value: String)] = gzipped
  ) -> Reply {
    let reply = exchange.call(path, more)
    exchange.write(reply, body)
    exchange.finish(reply)
    exchange.settle()
    return reply
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot", "/test.Echo/Converse"], [Int.max, 1])
  func `reaches its handler as it was before`(path: String, chunkSize: Int) throws {
    let exchange = try Exchange(Methods.all)
    exchange.chunkSize = chunkSize
    let message = [UInt8](repeating: 7, count: 1_000)
    let reply = Self.call(exchange, path, try packed(message))
    #expect(reply.messages == [message])
    #expect(reply.grpcStatus == 0)
    #expect(exchange.server.inflatedByteCount == 0)
  }

  @Test func `tells its handler of each message whether it was compressed`() throws {
    let seen = Box<[Bool]>([])
    let note: @Sendable (RequestMessage) -> Void = { seen.value.append($0.isCompressed) }
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        while let message = try await call.nextMessage() { note(message) }
      },
      Methods.unary { request, _ async throws(Status) in
        note(request)
        return ResponseMessage([])
      },
    ])
    let mixed = try packed([1]) + Exchange.framed([2]) + packed([3])
    #expect(Self.call(exchange, "/test.Echo/Stream", mixed).grpcStatus == 0)
    #expect(seen.value == [true, false, true])
    _ = Self.call(exchange, "/test.Echo/Unary", try packed([1]))
    _ = Self.call(exchange, "/test.Echo/Unary", Exchange.framed([1]))
    #expect(seen.value == [true, false, true, true, false])
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot", "/test.Echo/Converse"])
  func `may have as many bytes as the limit, counted uncompressed`(path: String) throws {
    var limits = ServerLimits()
    limits.messageSizeMax = 10_000
    let exchange = try Exchange(Methods.all, limits: limits)
    // What can't be compressed is longer on the wire than the limit.
    for bytes in [[UInt8](repeating: 7, count: 10_000), noise(10_000)] {
      let reply = Self.call(exchange, path, try packed(bytes))
      #expect(reply.grpcStatus == 0)
      #expect(reply.messages == [bytes])
    }
    for bytes in [[UInt8](repeating: 7, count: 10_001), noise(10_001)] {
      let reply = Self.call(exchange, path, try packed(bytes))
      #expect(reply.grpcStatus == 8)
      #expect(reply.reason == "MESSAGE_TOO_LARGE")
    }
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot", "/test.Echo/Converse"])
  func `that is a bomb is RESOURCE_EXHAUSTED, and the connection goes on`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let bomb = try packed([UInt8](repeating: 0, count: 64 << 20))
    #expect(bomb.count < 300_000)
    let reply = Self.call(exchange, path, bomb)
    #expect(reply.grpcStatus == 8)
    #expect(reply.reason == "MESSAGE_TOO_LARGE")
    #expect(exchange.server.inflatedByteCount == 0)
    #expect(Self.call(exchange, path, try packed([1])).messages == [[1]])
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot", "/test.Echo/Converse"])
  func `that is corrupt is INTERNAL`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let sound = try deflate([1, 2, 3])
    for body in [[1, 2, 3], Array(sound.dropLast()), sound + [0]] {
      let reply = Self.call(exchange, path, Exchange.framed(body, flag: 1))
      #expect(reply.grpcStatus == 13)
      #expect(reply.reason == "MESSAGE_CORRUPT")
    }
    #expect(exchange.server.isIdle)
    #expect(exchange.host.ended == [.internal, .internal, .internal])
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Converse"])
  func `needs an encoding in its headers`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    for more in [[], [("grpc-encoding", "identity")]] as [[(name: StaticString, value: String)]] {
      let reply = Self.call(exchange, path, try packed([1]), more)
      #expect(reply.grpcStatus == 13)
      #expect(reply.reason == "REQUEST_MALFORMED")
    }
  }

  @Test(arguments: ["/test.Echo/Unary", "/test.Echo/Hot", "/test.Echo/Converse"])
  func `may be marked as such and empty`(path: String) throws {
    let exchange = try Exchange(Methods.all)
    let reply = Self.call(exchange, path, Exchange.framed([], flag: 1))
    #expect(reply.messages == [[]])
    #expect(reply.grpcStatus == 0)
  }

  @Test func `is not decompressed for a caller who is turned away`() throws {
    let exchange = try Exchange([
      Methods.failing(.unauthenticated(reason: "NO_TOKEN", "no token"))
    ])
    let reply = Self.call(exchange, "/test.Echo/Fail", Exchange.framed([9], flag: 1))
    #expect(reply.grpcStatus == 16)
  }

  @Test func `stays compressed until its handler takes it`() throws {
    let gate = Gate()
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        await gate.wait()
        while let message = try await call.nextMessage() {
          try await call.send(ResponseMessage([UInt8(try message.byteCount >> 16)]))
        }
      }
    ])
    let reply = exchange.call("/test.Echo/Stream", gzipped)
    for _ in 0..<10 { exchange.write(reply, try packed([UInt8](repeating: 0, count: 1 << 20))) }
    exchange.finish(reply)
    exchange.settle()
    #expect(exchange.server.inflatedByteCount == 0)
    gate.open()
    exchange.settle()
    #expect(reply.messages?.count == 10)
    #expect(reply.grpcStatus == 0)
    #expect(exchange.server.inflatedByteCount == 0)
  }

  @Test func `finds room only while others of its connection leave some`() throws {
    var limits = ServerLimits()
    limits.inflatedSizeMax = 1_000
    let gate = Gate()
    let exchange = try Exchange(
      [
        Methods.unary { request, _ async throws(Status) in
          let bytes = try request.bytes
          await gate.wait()
          return ResponseMessage([UInt8(truncatingIfNeeded: bytes.count)])
        }, Methods.hotEcho,
      ], limits: limits)
    // One alone may have more than the limit of all.
    let holder = Self.call(
      exchange, "/test.Echo/Unary", try packed([UInt8](repeating: 0, count: 995)))
    #expect(exchange.server.inflatedByteCount == 995)
    let fitting = Self.call(exchange, "/test.Echo/Hot", try packed([1, 2, 3, 4, 5]))
    #expect(fitting.grpcStatus == 0)
    let refused = Self.call(exchange, "/test.Echo/Hot", try packed([1, 2, 3, 4, 5, 6]))
    #expect(refused.grpcStatus == 8)
    #expect(refused.reason == "MEMORY_EXHAUSTED")
    gate.open()
    exchange.settle()
    #expect(holder.messages == [[0xE3]])
    #expect(exchange.server.inflatedByteCount == 0)
    let large = [UInt8](repeating: 0, count: 5_000)
    #expect(Self.call(exchange, "/test.Echo/Hot", try packed(large)).messages == [large])
  }

  @Test func `counts as held, and is refused when the process holds all it may`() throws {
    let gate = Gate()
    let exchange = try Exchange([
      Methods.unary { request, _ async throws(Status) in
        _ = try request.bytes
        await gate.wait()
        return ResponseMessage([])
      }
    ])
    let body = try packed([UInt8](repeating: 0, count: 100_000))
    _ = Self.call(exchange, "/test.Echo/Unary", body)
    #expect(exchange.server.heldByteCount >= body.count + 100_000)
    gate.open()
    exchange.settle()
    #expect(exchange.server.heldByteCount == 0)

    let full = ProcessMemory(byteCountMax: ServerConnection.idleByteCount)
    let other = try Exchange(Methods.all, memory: full)
    let refused = Self.call(other, "/test.Echo/Unary", body)
    #expect(refused.grpcStatus == 8)
    #expect(refused.reason == "OVERLOADED")
    #expect(other.host.memoryRefusedCount == 1)
    #expect(other.unary("/test.Echo/Unary", [1]).grpcStatus == 0)
  }
}

@Suite struct `A compressed answer` {
  private let taken = "identity,gzip"

  private static func answering(
    _ bytes: [UInt8], _ compression: MessageCompression = .automatic, answersSecret: Bool = false
  ) -> Method {
    var options = MethodOptions()
    options.answersSecret = answersSecret
    return Methods.unary { _, _ async throws(Status) in
      ResponseMessage(bytes, compression: compression)
    }.with(options)
  }

  private static func reply(
    of method: Method, _ more: [(name: StaticString, value: String)] = accepting
  ) throws -> Reply {
    let reply = try Exchange([method]).unary(method.path, [], more)
    #expect(reply.grpcStatus == 0)
    return reply
  }

  @Test func `or any other says what the server takes, but not without a message`() throws {
    #expect(try Self.reply(of: Self.answering([1])).header("grpc-accept-encoding") == taken)
    #expect(try Self.reply(of: Self.answering([1], .on)).header("grpc-accept-encoding") == taken)
    let failing = Methods.failing(.notFound(reason: "NONE", "none"))
    let reply = try Exchange([failing]).unary(failing.path, [], accepting)
    #expect(reply.isTrailersOnly)
    #expect(reply.header("grpc-accept-encoding") == nil)
    #expect(reply.header("grpc-encoding") == nil)
  }

  @Test func `is named in the headers and marked in its prefix`() throws {
    let reply = try Self.reply(of: Self.answering([1, 2, 3], .on))
    #expect(reply.header("grpc-encoding") == "gzip")
    #expect(reply.frames?.map(\.flag) == [1])
    #expect(try reply.frames?.first?.inflated() == [1, 2, 3])
  }

  @Test(arguments: [nil, "identity", "deflate, br", "gzip;q=0"])
  func `comes only to those who take it`(accepted: String?) throws {
    let name: StaticString = "grpc-accept-encoding"
    let more = accepted.map { [(name, $0)] } ?? []
    let reply = try Self.reply(of: Self.answering([1, 2, 3], .on), more)
    #expect(reply.header("grpc-encoding") == nil)
    #expect(reply.messages == [[1, 2, 3]])
  }

  @Test func `comes to those who say so in the second of two fields`() throws {
    let reply = try Self.reply(
      of: Self.answering([1], .on),
      [("grpc-accept-encoding", "identity"), ("grpc-accept-encoding", "gzip")])
    #expect(reply.header("grpc-encoding") == "gzip")
  }

  @Test(arguments: [
    (16_383, false), (16_384, true), (262_144, true), (262_145, false),
  ])
  func `is the default between two sizes`(count: Int, isCompressed: Bool) throws {
    let bytes = [UInt8](repeating: 7, count: count)
    let reply = try Self.reply(of: Self.answering(bytes))
    #expect(reply.header("grpc-encoding") == (isCompressed ? "gzip" : nil))
    #expect(reply.frames?.map(\.flag) == [isCompressed ? 1 : 0])
    #expect(try Self.reply(of: Self.answering(bytes), []).messages == [bytes])
    #expect(try Self.reply(of: Self.answering(bytes, .off)).messages == [bytes])
  }

  @Test func `never is longer than the plain one, unless its handler wants it`() throws {
    let bytes = noise(20_000)
    #expect(try Self.reply(of: Self.answering(bytes)).messages == [bytes])
    #expect(try Self.reply(of: Self.answering(bytes, .on)).frames?.first?.inflated() == bytes)
  }

  @Test(arguments: [MessageCompression.automatic, .on])
  func `never holds a secret`(compression: MessageCompression) throws {
    let bytes = [UInt8](repeating: 7, count: 20_000)
    let reply = try Self.reply(of: Self.answering(bytes, compression, answersSecret: true))
    #expect(reply.header("grpc-encoding") == nil)
    #expect(reply.messages == [bytes])
  }

  @Test func `stands in one stream beside plain ones`() throws {
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        try await call.send(ResponseMessage([1]), compression: .on)
        try await call.send(ResponseMessage([2]), compression: .off)
        try await call.send(ResponseMessage([3]))
        try await call.send(ResponseMessage([UInt8](repeating: 4, count: 20_000)))
      }
    ])
    let reply = exchange.call("/test.Echo/Stream", accepting, endStream: true)
    exchange.settle()
    #expect(reply.headers.filter { $0.name == "grpc-encoding" }.map(\.value) == ["gzip"])
    #expect(reply.frames?.map(\.flag) == [1, 0, 0, 1])
    #expect(try reply.frames?.map { try $0.inflated().count } == [1, 1, 1, 20_000])
    let plain = exchange.call("/test.Echo/Stream", endStream: true)
    exchange.settle()
    #expect(plain.header("grpc-encoding") == nil)
    #expect(plain.frames?.map(\.flag) == [0, 0, 0, 0])
  }

  @Test func `keeps what the headers said before it`() throws {
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        call.sendInitialMetadata()
        try await call.send(ResponseMessage([1]), compression: .on)
      }
    ])
    let reply = exchange.call("/test.Echo/Stream", accepting, endStream: true)
    exchange.settle()
    #expect(reply.header("grpc-encoding") == "gzip")
    #expect(reply.frames?.map(\.flag) == [1])
  }
}

extension Reply.Frame {
  /// The message, decompressed if it is marked.
  fileprivate func inflated() throws -> [UInt8] {
    try flag == 0 ? bytes : bytes.withUnsafeBytes { try Gzip().inflate($0, limit: 1 << 20) }
  }
}
