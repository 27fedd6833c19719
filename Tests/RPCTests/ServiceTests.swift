import RPC
import Testing

@Suite struct `The health service` {
  private static let path = "/grpc.health.v1.Health"

  private static func exchange() throws -> (Exchange, HealthState) {
    let state = HealthState(services: ["a.B"])
    return (try Exchange(HealthService(state).methods), state)
  }

  @Test func `checks the server and its services`() throws {
    let (exchange, state) = try Self.exchange()
    #expect(exchange.unary("\(Self.path)/Check", []).messages == [[8, 2]])
    state.setAll(.serving)
    #expect(exchange.unary("\(Self.path)/Check", []).messages == [[8, 1]])
    #expect(exchange.unary("\(Self.path)/Check", [0x0A, 3] + "a.B".utf8).messages == [[8, 1]])
  }

  @Test func `does not know another service`() throws {
    let (exchange, _) = try Self.exchange()
    let reply = exchange.unary("\(Self.path)/Check", [0x0A, 3] + "a.C".utf8)
    #expect(reply.grpcStatus == 5)
    #expect(reply.reason == "SERVICE_UNKNOWN")
  }

  @Test func `refuses what is no request of its`() throws {
    let (exchange, _) = try Self.exchange()
    let reply = exchange.unary("\(Self.path)/Check", [0x0A, 3])
    #expect(reply.grpcStatus == 13)
    #expect(reply.reason == "REQUEST_MALFORMED")
  }

  @Test func `watches: the status now, then every change`() throws {
    let (exchange, state) = try Self.exchange()
    let reply = exchange.call("\(Self.path)/Watch")
    exchange.write(reply, Exchange.framed([]))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.messages == [[8, 2]])
    state.set(.serving, for: "")
    exchange.settle()
    #expect(reply.messages == [[8, 2], [8, 1]])
    state.set(.notServing, for: "a.B")
    exchange.settle()
    #expect(reply.messages?.count == 2)
    // Two changes before the watcher runs are one.
    state.set(.notServing, for: "")
    state.set(.serving, for: "")
    exchange.settle()
    #expect(reply.messages?.count == 2)
    exchange.reset(reply)
    exchange.settle()
    #expect(exchange.host.ended == [.cancelled])
    #expect(exchange.server.isIdle)
  }

  @Test func `watches a service that is not known until it is`() throws {
    let (exchange, state) = try Self.exchange()
    let reply = exchange.call("\(Self.path)/Watch")
    exchange.write(reply, Exchange.framed([0x0A, 3] + "a.C".utf8))
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.messages == [[8, 3]])
    #expect(reply.grpcStatus == nil)
    state.set(.serving, for: "a.C")
    exchange.settle()
    #expect(reply.messages == [[8, 3], [8, 1]])
  }

  @Test func `ends its watches when the server says so`() throws {
    let (exchange, state) = try Self.exchange()
    let reply = exchange.call("\(Self.path)/Watch")
    exchange.write(reply, Exchange.framed([]))
    exchange.finish(reply)
    exchange.settle()
    state.set(.serving, for: "")
    exchange.settle()
    state.setAll(.notServing)
    state.endWatches()
    exchange.settle()
    #expect(reply.messages == [[8, 2], [8, 1], [8, 2]])
    #expect(reply.grpcStatus == 14)
    #expect(reply.reason == "SHUTTING_DOWN")
    #expect(exchange.server.isIdle)
  }

  @Test func `lists its services`() throws {
    let (exchange, _) = try Self.exchange()
    #expect(
      exchange.unary("\(Self.path)/List", []).messages
        == [[0x0A, 4, 0x12, 2, 8, 2, 0x0A, 9, 0x0A, 3] + "a.B".utf8 + [0x12, 2, 8, 2]])
  }

  @Test func `lists a hundred and no more`() throws {
    for (count, status) in [(99, 0), (100, 8)] {
      let state = HealthState(services: (0..<count).map { "s\($0)" })
      let exchange = try Exchange(HealthService(state).methods)
      #expect(exchange.unary("\(Self.path)/List", []).grpcStatus == status)
    }
  }
}

@Suite struct `Reflection` {
  /// Two files: `b.proto` imports `a.proto`; see the test of symbols for what is in them.
  private static let set: [UInt8] = {
    var writer = WireWriter()
    writer.field(1) { file in
      file.field(1, "a.proto")
      file.field(2, "p")
      file.field(4) { message in
        message.field(1, "M")
        message.field(2) { $0.field(1, "f") }
        message.field(3) { $0.field(1, "N") }
        message.field(4) { value in
          value.field(1, "E")
          value.field(2) { $0.field(1, "ZERO") }
        }
      }
      file.field(5) { value in
        value.field(1, "Top")
        value.field(2) { $0.field(1, "ONE") }
      }
    }
    writer.field(1) { file in
      file.field(1, "b.proto")
      file.field(2, "p.q")
      file.field(3, "a.proto")
      file.field(6) { service in
        service.field(1, "S")
        service.field(2) { $0.field(1, "Call") }
      }
      file.field(7) { field in
        field.field(1, "ext")
        field.field(2, ".p.M")
        field.field(3, 100)
      }
    }
    return writer.bytes
  }()

  private static let paths = ReflectionService.names.map { "/\($0)/ServerReflectionInfo" }

  private static func exchange() throws -> Exchange {
    try Exchange(ReflectionService(descriptorSet: set).methods)
  }

  /// What an answer holds: its number in the oneof, the names of files, the error.
  private struct Answer: Equatable {
    var kind = 0
    var files: [String] = []
    var errorCode: UInt64 = 0
    var content: [UInt8] = []
  }

  private static func read(_ bytes: [UInt8]) throws -> Answer {
    var answer = Answer()
    var reader = WireReader(bytes)
    while let field = try reader.next() {
      guard field.number >= 4, let content = field.value.content else { continue }
      answer.kind = field.number
      answer.content = Array(content)
      var inner = WireReader(content)
      while let field = try inner.next() {
        if answer.kind == 7, field.number == 1 { answer.errorCode = field.value.number ?? 0 }
        guard answer.kind == 4, let file = field.value.content else { continue }
        var names = WireReader(file)
        if let name = try names.next()?.value.text { answer.files.append(name) }
      }
    }
    return answer
  }

  private static func ask(_ requests: [[UInt8]]) throws -> [Answer] {
    let exchange = try exchange()
    let reply = exchange.call(paths[0])
    for request in requests { exchange.write(reply, Exchange.framed(request)) }
    exchange.finish(reply)
    exchange.settle()
    #expect(reply.grpcStatus == 0)
    return try (reply.messages ?? []).map(read)
  }

  private static func question(_ number: Int, _ text: String) -> [UInt8] {
    var writer = WireWriter()
    writer.field(number, bytes: text.utf8)
    return writer.bytes
  }

  @Test(arguments: paths)
  func `speaks both versions and echoes the question`(path: String) throws {
    let exchange = try Self.exchange()
    let reply = exchange.call(path)
    let request = [0x0A, 1, 0x68] + Self.question(7, "*")
    exchange.write(reply, Exchange.framed(request))
    exchange.finish(reply)
    exchange.settle()
    let message = try #require(reply.messages?.first)
    #expect(message.starts(with: [0x0A, 1, 0x68, 0x12, UInt8(request.count)] + request))
    #expect(try Self.read(message).content == [0x0A, 7, 0x0A, 5] + "p.q.S".utf8)
  }

  @Test(arguments: [
    ("p.M", "a.proto"), ("p.M.f", "a.proto"), ("p.M.N", "a.proto"), ("p.M.E", "a.proto"),
    ("p.M.ZERO", "a.proto"), ("p.Top", "a.proto"), ("p.ONE", "a.proto"),
    ("p.q.S", "b.proto"), ("p.q.S.Call", "b.proto"), ("p.q.ext", "b.proto"),
  ])
  func `finds the file of every symbol`(symbol: String, file: String) throws {
    #expect(try Self.ask([Self.question(4, symbol)])[0].files.first == file)
  }

  @Test func `sends what a file imports once a stream, and the file itself always`() throws {
    let answers = try Self.ask([
      Self.question(3, "b.proto"), Self.question(3, "b.proto"), Self.question(3, "a.proto"),
    ])
    #expect(answers.map(\.files) == [["b.proto", "a.proto"], ["b.proto"], ["a.proto"]])
  }

  @Test func `finds extensions and their numbers`() throws {
    var writer = WireWriter()
    writer.field(5) { key in
      key.field(1, "p.M")
      key.field(2, 100)
    }
    let answers = try Self.ask([
      writer.bytes, Self.question(6, "p.M"), Self.question(6, "p.M.N"),
    ])
    #expect(answers[0].files == ["b.proto", "a.proto"])
    #expect(answers[1].content == [0x0A, 3] + "p.M".utf8 + [0x10, 100])
    #expect(answers[2].content == [0x0A, 5] + "p.M.N".utf8)
  }

  @Test func `says in the stream what it does not find`() throws {
    let answers = try Self.ask([
      Self.question(3, "c.proto"), Self.question(4, "p.X"), Self.question(6, "p.X"), [],
      Self.question(7, ""),
    ])
    #expect(answers.map(\.kind) == [7, 7, 7, 7, 6])
    #expect(answers.map(\.errorCode) == [5, 5, 5, 3, 0])
  }

  @Test func `ends on what is no request`() throws {
    let exchange = try Self.exchange()
    let reply = exchange.call(Self.paths[0])
    exchange.write(reply, Exchange.framed([0x22, 9]))
    exchange.settle()
    #expect(reply.grpcStatus == 13)
    #expect(reply.reason == "REQUEST_MALFORMED")
  }
}
