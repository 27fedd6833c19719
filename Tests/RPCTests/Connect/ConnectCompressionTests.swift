import HTTP2
import RPC
import Testing

@Suite struct `Compression in Connect and gRPC-Web` {
  /// `gzip -n` of "roster".
  private static let roster: [UInt8] = Self.gzipped(Array("roster".utf8))
  private static let long = [UInt8](repeating: 7, count: 100_000)

  private static func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { Gzip().deflate($0) } ?? []
  }

  private static func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
    try bytes.withUnsafeBytes { try Gzip().inflate($0, limit: 1 << 20) }
  }

  private static func post(
    _ body: [UInt8], _ more: Exchange.Fields, limits: ServerLimits = ServerLimits()
  ) throws -> Reply {
    try Exchange(Methods.all, limits: limits)
      .post("/test.Echo/Unary", "application/proto", body, more)
  }

  @Test func `is taken off a bare body`() throws {
    let reply = try Self.post(Self.roster, [("content-encoding", "gzip")])
    #expect(reply.text == "roster")
    #expect(reply.header("content-encoding") == nil)
  }

  @Test func `is not looked for in an empty body`() throws {
    #expect(try Self.post([], [("content-encoding", "gzip")]).httpStatus == 200)
  }

  @Test func `that is none is the fault of the message`() throws {
    let reply = try Self.post([1, 2, 3], [("content-encoding", "gzip")])
    #expect(reply.httpStatus == 500)
    #expect(reply.text.contains(#""reason":"MESSAGE_CORRUPT""#))
  }

  @Test func `is bounded by the limit of a message`() throws {
    var limits = ServerLimits()
    limits.messageSizeMax = 1000
    let exact = Self.gzipped([UInt8](repeating: 0, count: 1000))
    #expect(
      try Self.post(exact, [("content-encoding", "gzip")], limits: limits).httpStatus == 200)
    let more = Self.gzipped([UInt8](repeating: 0, count: 1001))
    let reply = try Self.post(more, [("content-encoding", "gzip")], limits: limits)
    #expect(reply.httpStatus == 429)
    #expect(reply.text.contains(#""reason":"MESSAGE_TOO_LARGE""#))
  }

  @Test(
    arguments: [
      ("accept-encoding", "gzip"), ("accept-encoding", "br, gzip"),
      ("accept-encoding", "gzip;q=1.0"),
    ] as [(StaticString, String)])
  func `of a long answer is as the peer takes it`(name: StaticString, value: String) throws {
    let reply = try Self.post(Self.long, [(name, value)])
    #expect(reply.header("content-encoding") == "gzip")
    #expect(reply.header("content-length") == "\(reply.body.count)")
    #expect(try Self.inflated(reply.body) == Self.long)
  }

  @Test func `of a long answer may follow that of the request`() throws {
    let packed = Self.gzipped(Self.long)
    #expect(try Self.inflated(Self.post(packed, [("content-encoding", "gzip")]).body) == Self.long)
    let reply = try Self.post(
      packed, [("content-encoding", "gzip"), ("accept-encoding", "identity")])
    #expect(reply.header("content-encoding") == nil)
    #expect(reply.body == Self.long)
  }

  @Test func `is not for short answers, nor for peers that do not take it`() throws {
    #expect(try Self.post([1], [("accept-encoding", "gzip")]).body == [1])
    #expect(try Self.post(Self.long, []).body == Self.long)
    // gRPC's list is not Connect's.
    #expect(try Self.post(Self.long, [("grpc-accept-encoding", "gzip")]).body == Self.long)
  }

  @Test func `may be that of a GET`() throws {
    let message = String(decoding: Base64.encode(Self.roster), as: UTF8.self)
      .replacing("+", with: "-").replacing("/", with: "_")
    let reply = try Exchange([Methods.codec]).get(
      "/test.Echo/Codec?encoding=json&base64=1&compression=gzip&message=\(message)")
    #expect(reply.text == "json roster")
  }

  @Test func `marks the messages of a stream of Connect`() throws {
    let reply = try Exchange(Methods.all).post(
      "/test.Echo/Converse", "application/connect+proto",
      Exchange.framed(Self.roster, flag: 1) + Exchange.framed([1])
        + Exchange.framed(Self.gzipped(Self.long), flag: 1),
      [("connect-content-encoding", "gzip")])
    #expect(reply.header("connect-content-encoding") == "gzip")
    let found = try #require(reply.envelopes)
    #expect(found.map(\.flag) == [0, 0, 1, 2])
    #expect(found[0].payload == Array("roster".utf8))
    #expect(try Self.inflated(found[2].payload) == Self.long)
  }

  @Test func `marks the messages of gRPC-Web, in base64, too`() throws {
    let text = Base64.encode(Exchange.framed(Self.gzipped(Self.long), flag: 1))
    var body = text
    while body.count % 4 != 0 { body.append(UInt8(ascii: "=")) }
    let reply = try Exchange(Methods.all).post(
      "/test.Echo/Hot", "application/grpc-web-text", body,
      [
        ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity,gzip"),
        ("accept", "application/grpc-web"),
      ])
    #expect(reply.header("grpc-encoding") == "gzip")
    let found = try #require(reply.envelopes)
    #expect(found.map(\.flag) == [1, 0x80])
    #expect(try Self.inflated(found[0].payload) == Self.long)
  }
}
