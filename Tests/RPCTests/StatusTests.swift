import HTTP2
import RPC
import Testing

@Suite struct `A status` {
  @Test(arguments: StatusCode.allCases.dropFirst())
  func `reaches the peer with its code, text and reason`(code: StatusCode) throws {
    let exchange = try Exchange([
      Methods.failing(Status(code, reason: "TEST_REASON", "text é 100%", metadata: ["k": "v"]))
    ])
    let reply = exchange.unary("/test.Echo/Fail", [])
    #expect(reply.isTrailersOnly)
    #expect(reply.httpStatus == 200)
    #expect(reply.trailer("grpc-status") == "\(code.rawValue)")
    #expect(reply.grpcMessage == "text é 100%")
    #expect(reply.reason == "TEST_REASON")
    #expect(exchange.host.ended == [code])
  }

  @Test func `in its trailers is google rpc Status in base64 without padding`() throws {
    let exchange = try Exchange([
      Methods.failing(
        .invalidArgument(
          reason: "EMAIL_INVALID", field: "email", "no @", metadata: ["b": "2", "a": "1"]))
    ])
    let reply = exchange.unary("/test.Echo/Fail", [])
    let text = try #require(reply.trailer("grpc-status-details-bin"))
    #expect(!text.contains("="))
    let bytes = try #require(Base64.decode(Array(text.utf8)))
    let status = try #require(StatusReading(bytes))
    #expect(status.code == 3)
    #expect(status.message == "no @")
    #expect(status.reason == "EMAIL_INVALID")
    #expect(status.domain == "roster")
    #expect(
      status.details.map(\.typeURL) == [
        "type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/google.rpc.BadRequest",
      ])
    // metadata in the order of its keys; field and description of one violation.
    #expect(
      status.details[0].bytes.suffix(16)
        == [0x1A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x31, 0x1A, 6, 0x0A, 1, 0x62, 0x12, 1, 0x32])
    #expect(
      status.details[1].bytes
        == [0x0A, 13, 0x0A, 5] + Array("email".utf8) + [0x12, 4] + Array("no @".utf8))
  }

  @Test func `has its details as error_details describes them`() {
    #expect(
      StatusDetail.retryInfo(delay: .milliseconds(1_500)).encoded
        == [0x0A, 8, 0x08, 1, 0x10, 0x80, 0xCA, 0xB5, 0xEE, 0x01])
    #expect(
      StatusDetail.resourceInfo(type: "user", name: "u1", description: "d").encoded
        == [0x0A, 4] + Array("user".utf8) + [0x12, 2] + Array("u1".utf8) + [0x22, 1, 0x64])
    #expect(
      StatusDetail.preconditionFailure([
        PreconditionViolation(type: "T", subject: "S", description: "D")
      ]).encoded == [0x0A, 9, 0x0A, 1, 0x54, 0x12, 1, 0x53, 0x1A, 1, 0x44])
    #expect(
      StatusDetail.quotaFailure([QuotaViolation(subject: "S", description: "D")]).encoded
        == [0x0A, 6, 0x0A, 1, 0x53, 0x12, 1, 0x44])
    #expect(StatusDetail.message(typeURL: "t", bytes: [1, 2]).encoded == [1, 2])
  }

  @Test func `after a message comes in the trailers`() throws {
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        try await call.send(ResponseMessage([1]))
        throw Status.unavailable(reason: "TEST", "later", retryAfter: .seconds(1))
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.settle()
    #expect(reply.messages == [[1]])
    #expect(!reply.isTrailersOnly)
    #expect(reply.grpcStatus == 14)
    #expect(reply.grpcMessage == "later")
    #expect(reply.reason == "TEST")
    #expect(reply.closedBy == .noError)
  }

  @Test func `OK that is thrown is UNKNOWN`() throws {
    let exchange = try Exchange([Methods.failing(.ok)])
    #expect(exchange.unary("/test.Echo/Fail", []).grpcStatus == 2)
  }
}

@Suite struct `A status that is too long` {
  private static func size(_ fields: [(name: String, value: String)]) -> Int {
    fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
  }

  private static func fail(_ status: Status, peerMax: Int? = nil) throws -> (Reply, Int) {
    var limits = SessionLimits()
    if let peerMax { limits.headerListMax = peerMax }
    let exchange = try Exchange([Methods.failing(status)], clientLimits: limits)
    let reply = exchange.unary("/test.Echo/Fail", [])
    // With :status, which is not among the regular fields.
    return (reply, size(reply.headers) + 42)
  }

  @Test func `loses the end of its message and keeps its details`() throws {
    let long = String(repeating: "x", count: 20_000)
    let (reply, size) = try Self.fail(.notFound(reason: "TEST", long))
    #expect(reply.grpcStatus == 5)
    #expect(reply.grpcMessage == String(repeating: "x", count: 1_024))
    #expect(reply.reason == "TEST")
    #expect(size < 8_192)
  }

  @Test func `counts its message as it is encoded`() throws {
    let (reply, size) = try Self.fail(
      .notFound(reason: "TEST", String(repeating: "é", count: 3_000)))
    #expect(reply.grpcStatus == 5)
    #expect(reply.grpcMessage?.allSatisfy { $0 == "é" } == true)
    #expect(size < 8_192)
  }

  @Test func `names fewer violations, and how many it dropped`() throws {
    let violations = (0..<300).map {
      FieldViolation(field: "users[\($0)].email", description: "is not an address")
    }
    let (reply, size) = try Self.fail(
      .invalidArgument(reason: "TEST", "several", violations: violations))
    #expect(reply.grpcStatus == 3)
    #expect(reply.reason == "TEST")
    #expect(size < 8_192)
    let text = try #require(reply.trailer("grpc-status-details-bin"))
    let bytes = try #require(Base64.decode(Array(text.utf8)))
    #expect(String(decoding: bytes, as: UTF8.self).contains("and 150 more violations"))
  }

  @Test func `keeps its reason when another detail does not fit`() throws {
    let detail = StatusDetail.message(typeURL: "t", bytes: [UInt8](repeating: 1, count: 9_000))
    let (reply, size) = try Self.fail(.aborted(reason: "TEST", "m").adding(detail))
    #expect(reply.reason == "TEST")
    #expect(reply.grpcMessage == "m")
    #expect(size < 8_192)
  }

  @Test func `loses all details before its code`() throws {
    let (reply, _) = try Self.fail(
      Status(.aborted, reason: String(repeating: "R", count: 9_000), "m"))
    #expect(reply.grpcStatus == 10)
    #expect(reply.grpcMessage == "m")
    #expect(reply.reason == nil)
  }

  @Test func `obeys a peer that takes less than 8 KiB`() throws {
    let (reply, size) = try Self.fail(
      .aborted(reason: "TEST", String(repeating: "m", count: 500)), peerMax: 400)
    #expect(reply.grpcStatus == 10)
    #expect(size < 400)
  }

  @Test func `drops metadata last of all`() throws {
    let exchange = try Exchange([
      Methods.unary { _, call async throws(Status) in
        call.trailingMetadata.add("x-small", "1")
        call.trailingMetadata.add("x-large", String(repeating: "y", count: 9_000))
        throw Status.aborted(reason: "TEST", "m")
      }
    ])
    let reply = exchange.unary("/test.Echo/Unary", [])
    #expect(reply.grpcStatus == 10)
    #expect(reply.trailer("x-small") == "1")
    #expect(reply.trailer("x-large") == nil)
    #expect(reply.reason == nil)
  }
}
