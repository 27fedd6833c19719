import RPC
import Testing

@Suite struct `Metadata` {
  /// What a handler reads, and what it answers with.
  private struct Seen {
    var first: String?
    var all: [String] = []
    var binary: [[UInt8]] = []
    var fields: [String] = []
  }

  private static func read(_ fields: [(name: StaticString, value: String)]) throws -> Seen {
    let seen = Box(Seen())
    let exchange = try Exchange([
      Methods.unary { _, call async throws(Status) in
        seen.value = Seen(
          first: call.metadata.text("x-a"), all: call.metadata.all("x-a"),
          binary: call.metadata.binary("x-bin"),
          fields: call.metadata.fields.map {
            "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))"
          })
        return ResponseMessage([])
      }
    ])
    let reply = exchange.unary("/test.Echo/Unary", [], fields)
    #expect(reply.grpcStatus == 0)
    return seen.value
  }

  @Test func `keeps duplicates and their order`() throws {
    let seen = try Self.read([("x-a", "1"), ("x-b", "2"), ("x-a", "3")])
    #expect(seen.first == "1")
    #expect(seen.all == ["1", "3"])
    #expect(seen.fields == ["x-a=1", "x-b=2", "x-a=3"])
  }

  @Test func `in binary is read padded, unpadded and split at commas`() throws {
    let seen = try Self.read([("x-bin", "YQ==,YWI , YWJj"), ("x-bin", ""), ("x-bin", "q6ur")])
    #expect(seen.binary == [[97], [97, 98], [97, 98, 99], [], [0xAB, 0xAB, 0xAB]])
  }

  @Test func `of the protocol stays hidden, but for what callers want`() throws {
    let seen = try Self.read([
      ("grpc-timeout", "1S"), ("grpc-encoding", "identity"), ("grpc-accept-encoding", "gzip"),
      ("grpc-previous-rpc-attempts", "2"), ("user-agent", "me"), ("grpc-message-type", "x"),
      ("content-length", "5"),
    ])
    #expect(seen.fields == ["grpc-previous-rpc-attempts=2", "user-agent=me"])
  }

  @Test func `of names that gRPC does not allow is left out`() throws {
    #expect(try Self.read([("x!y", "1"), ("x-a", "2")]).fields == ["x-a=2"])
  }

  @Test func `that was sent comes with the headers and the trailers`() throws {
    let exchange = try Exchange([
      Methods.unary { _, call async throws(Status) in
        call.initialMetadata.add("x-first", "1")
        call.initialMetadata.add("x-first", "2")
        call.trailingMetadata.add(binary: "x-last-bin", [0xAB, 0xAB, 0xAB, 0xAB])
        return ResponseMessage([])
      }
    ])
    let reply = exchange.unary("/test.Echo/Unary", [])
    #expect(reply.headers.filter { $0.name == "x-first" }.map(\.value) == ["1", "2"])
    #expect(reply.trailer("x-last-bin") == "q6urqw")
    #expect(reply.grpcStatus == 0)
  }

  @Test func `travels with an error, too`() throws {
    let exchange = try Exchange([
      Methods.unary { _, call async throws(Status) in
        call.initialMetadata.add("x-first", "1")
        call.trailingMetadata.add("x-last", "2")
        throw Status.aborted(reason: "TEST", "no")
      }
    ])
    let reply = exchange.unary("/test.Echo/Unary", [])
    #expect(!reply.isTrailersOnly)
    #expect(reply.header("x-first") == "1")
    #expect(reply.trailer("x-last") == "2")
    #expect(reply.grpcStatus == 10)
  }

  @Test func `without a header part makes an error trailers-only`() throws {
    let exchange = try Exchange([
      Methods.unary { _, call async throws(Status) in
        call.trailingMetadata.add("x-last", "2")
        throw Status.aborted(reason: "TEST", "no")
      }
    ])
    let reply = exchange.unary("/test.Echo/Unary", [])
    #expect(reply.isTrailersOnly)
    #expect(reply.header("x-last") == "2")
  }

  @Test func `can be sent before any message`() throws {
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        call.initialMetadata.add("x-first", "1")
        call.sendInitialMetadata()
        _ = try await call.nextMessage()
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.settle()
    #expect(reply.header("x-first") == "1")
    #expect(reply.grpcStatus == nil)
  }

  @Test func `that would break the answer is not taken`() {
    var metadata = ResponseMetadata()
    let refused = [
      metadata.add("grpc-status", "0"), metadata.add("content-type", "x"),
      metadata.add(":status", "200"), metadata.add("Upper", "x"),
      metadata.add("connection", "close"), metadata.add("", "x"), metadata.add("x", "é"),
      metadata.add("x", "a\nb"), metadata.add("x-bin", "text"), metadata.add(binary: "x", [1]),
      metadata.add(binary: "grpc-status-details-bin", [1]),
    ]
    #expect(!refused.contains(true))
    #expect(metadata.isEmpty)
    let taken = [metadata.add("grpc-retry-pushback-ms", "5"), metadata.add("x", " ~")]
    #expect(!taken.contains(false))
  }
}
