import HTTP2
import Testing

@Suite struct `A client and a server` {
  private func echo() throws -> Connection {
    let connection = try Connection()
    let peer = connection.server
    peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, peer.bodies[stream.id] ?? [])
      session.finish(stream, trailers: trailersOK)
    }
    return connection
  }

  @Test func `exchange a unary call`() throws {
    let connection = try echo()
    let client = connection.client
    let stream = try #require(client.session.request(requestBlock))
    client.session.write(stream, [0, 0, 0, 0, 1, 7])
    client.session.finish(stream)
    try connection.exchange()
    #expect(
      client.events == [
        "headers 1 200 content-type=application/grpc", "end 1 0", "closed 1 0",
      ])
    #expect(client.bodies[1] == [0, 0, 0, 0, 1, 7])
    #expect(connection.server.events.last == "closed 1 0")
  }

  @Test func `exchange a hundred calls at a time, a hundred times`() throws {
    let connection = try echo()
    let client = connection.client
    for _ in 0..<100 {
      for _ in 0..<100 {
        let stream = try #require(client.session.request(requestBlock))
        client.session.write(stream, [1])
        client.session.finish(stream)
      }
      try connection.exchange()
    }
    #expect(client.events.filter { $0.hasPrefix("closed") && $0.hasSuffix(" 0") }.count == 10_000)
    #expect(client.bodies.values.allSatisfy { $0 == [1] })
    #expect(connection.server.session.streamCount == 0)
    #expect(client.session.streamCount == 0)
  }

  @Test func `exchange megabytes both ways`() throws {
    let connection = try echo()
    let client = connection.client
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for _ in 0..<2 {
      let stream = try #require(client.session.request(requestBlock))
      for start in stride(from: 0, to: body.count, by: 10_000) {
        client.session.write(stream, Array(body[start..<start + 10_000]))
      }
      client.session.finish(stream)
    }
    try connection.exchange()
    #expect(client.bodies[1] == body)
    #expect(client.bodies[3] == body)
    #expect(connection.server.session.bufferedByteCount == 0)
  }

  @Test func `see a trailers-only answer as headers with an end`() throws {
    let connection = try Connection()
    connection.server.onHeaders = { $0.respondOnly($1, trailersOnly) }
    _ = connection.client.session.request(requestBlock)
    try connection.exchange()
    #expect(
      connection.client.events == [
        "headers 1 200 content-type=application/grpc grpc-status=12 end", "closed 1 0",
      ])
  }

  @Test func `see a request without a body end at once`() throws {
    let connection = try echo()
    _ = connection.client.session.request(requestBlock, endStream: true)
    try connection.exchange()
    #expect(connection.server.events.first == "headers 1 /echo.Echo/Say end")
    #expect(connection.client.events.last == "closed 1 0")
  }

  @Test func `tell each other of a reset`() throws {
    let connection = try Connection()
    let client = connection.client
    let first = try #require(client.session.request(requestBlock))
    let second = try #require(client.session.request(requestBlock))
    try connection.exchange()
    client.session.reset(first, .cancel)
    connection.server.session.reset(
      try #require(connection.server.streams[second.id]), .internalError)
    try connection.exchange()
    #expect(connection.server.events.contains("closed 1 8"))
    #expect(client.events.contains("closed 3 2"))
  }

  @Test func `keep a slow reader from being flooded`() throws {
    let connection = try echo()
    let client = connection.client
    client.isConsuming = false
    let stream = try #require(client.session.request(requestBlock))
    client.session.write(stream, [UInt8](repeating: 1, count: 1_000_000))
    client.session.finish(stream)
    try connection.exchange()
    #expect(client.bodies[1]?.count == 262_144)
    client.session.consume(stream, byteCount: 262_144)
    try connection.exchange()
    #expect(client.bodies[1]?.count == 524_288)
  }

  @Test func `close requests that the GOAWAY left out`() throws {
    let connection = try Connection()
    let client = connection.client
    _ = client.session.request(requestBlock)
    try connection.exchange()
    connection.server.session.submitGoaway(.noError)
    _ = client.session.request(requestBlock)
    try connection.exchange()
    #expect(client.events == ["goaway 0", "closed 3 7"])
    #expect(client.session.request(requestBlock) == nil || client.session.streamCount == 2)
    try connection.exchange()
    #expect(client.session.streamCount == 1)
  }

  @Test func `answer each other's PING`() throws {
    let connection = try Connection()
    connection.server.session.submitPing(42)
    try connection.exchange()
    #expect(connection.server.events == ["ping ack 42"])
  }
}
