import HTTP2
import Testing

@Suite struct `Flow control` {
  private func limits(
    stream: UInt32 = 65_535, connection: Int32 = 65_535, buffer: Int = 2 << 20
  ) -> SessionLimits {
    var limits = SessionLimits()
    limits.streamWindowSize = stream
    limits.connectionWindowSize = connection
    limits.connectionBufferMax = buffer
    return limits
  }

  @Test func `stalls a response at the peer's window and resumes with its credit`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, [UInt8](repeating: 7, count: 100_000))
    peer.session.finish(stream, trailers: trailersOK)
    let first = try peer.produce()
    #expect(first.filter { $0.type == 0 }.map(\.payload.count).reduce(0, +) == 65_535)
    #expect(!peer.session.wantsWrite)
    try peer.receive(.windowUpdate(1, 50_000))
    #expect(try peer.produce().isEmpty)
    try peer.receive(.windowUpdate(0, 50_000))
    #expect(peer.session.wantsWrite)
    let rest = try peer.produce()
    #expect(rest.filter { $0.type == 0 }.map(\.payload.count).reduce(0, +) == 34_465)
    #expect(rest.last?.flags == 5)
  }

  @Test func `does not hold back trailers when the last octet used up the window`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, [UInt8](repeating: 7, count: 65_535))
    _ = try peer.produce()
    #expect(stream.queuedByteCount == 0)
    peer.session.finish(stream, trailers: trailersOK)
    #expect(try peer.produce().map(\.flags) == [5])
    #expect(peer.events.last == "closed 1 0")
  }

  @Test func `blocks a writer at the high-water mark until the low one`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, [UInt8](repeating: 7, count: 65_535))
    #expect(!stream.isWriteBlocked)
    peer.session.write(stream, [7])
    #expect(stream.isWriteBlocked)
    let upTo32K = try peer.produceBytes(upTo: 32_000)
    #expect(upTo32K.count < 50_000)
    #expect(stream.isWriteBlocked)
    _ = try peer.produceBytes()
    #expect(!stream.isWriteBlocked)
    #expect(peer.events.last == "writable 1")
  }

  @Test func `grants the stream's credit only as octets are consumed`() throws {
    let peer = try ServerPeer(limits: limits())
    peer.onData = { _, _, _ in }
    try peer.receive(request(1), .data(1, [UInt8](repeating: 1, count: 16_384)))
    try peer.receive(.data(1, [UInt8](repeating: 1, count: 16_384)))
    #expect(try peer.produce().filter { $0.stream == 1 }.isEmpty)
    #expect(peer.session.bufferedByteCount == 32_768)
    let stream = try #require(peer.streams[1])
    peer.session.consume(stream, byteCount: 32_768)
    #expect(try peer.produce().filter { $0.stream == 1 } == [.windowUpdate(1, 32_768)])
    #expect(peer.session.bufferedByteCount == 0)
  }

  @Test func `grants the connection's credit at arrival, for other streams`() throws {
    let peer = try ServerPeer(limits: limits())
    peer.onData = { _, _, _ in }
    try peer.receive(request(1), .data(1, [UInt8](repeating: 1, count: 16_384)))
    try peer.receive(.data(1, [UInt8](repeating: 1, count: 16_384)))
    #expect(try peer.produce() == [.windowUpdate(0, 32_768)])
  }

  @Test func `withholds the connection's credit past the byte budget`() throws {
    let peer = try ServerPeer(limits: limits(buffer: 20_000))
    peer.onData = { _, _, _ in }
    let block = [UInt8](repeating: 1, count: 16_384)
    try peer.receive(request(1), request(3), .data(1, block), .data(3, block))
    try peer.receive(.data(1, block))
    #expect(try peer.produce().isEmpty)
    let stream = try #require(peer.streams[1])
    peer.session.consume(stream, byteCount: 16_384)
    #expect(try peer.produce().isEmpty)
    peer.session.consume(stream, byteCount: 16_384)
    // All that was withheld, and what had been granted before but not yet announced.
    #expect(
      try peer.produce().sorted { $0.stream < $1.stream }
        == [.windowUpdate(0, 49_152), .windowUpdate(1, 32_768)])
  }

  @Test func `gives back the connection's credit of a stream that is reset unread`() throws {
    let peer = try ServerPeer(limits: limits(buffer: 10_000))
    peer.onData = { _, _, _ in }
    let block = [UInt8](repeating: 1, count: 16_384)
    var granted: UInt32 = 0
    for id in stride(from: Int32(1), to: 401, by: 2) {
      try peer.receive(request(id), .data(id, block))
      if id % 4 == 1 {
        try peer.receive(.reset(id, 8))
      } else {
        peer.session.reset(try #require(peer.streams[id]), .cancel)
      }
      granted += try peer.produce().filter { $0.type == 8 && $0.stream == 0 }
        .reduce(0) { $0 + $1.number() }
    }
    #expect(peer.session.bufferedByteCount == 0)
    let sent: UInt32 = 200 * 16_384
    #expect(sent - granted < 32_768)
  }

  @Test func `gives back the credit of DATA that arrives after our reset`() throws {
    let peer = try ServerPeer(limits: limits())
    try peer.receive(request(1))
    peer.session.reset(try #require(peer.streams[1]), .cancel)
    _ = try peer.produce()
    let block = [UInt8](repeating: 1, count: 16_384)
    var granted: UInt32 = 0
    for _ in 0..<40 {
      try peer.receive(.data(1, block))
      granted += try peer.produce().filter { $0.type == 8 }.reduce(0) { $0 + $1.number() }
    }
    #expect(40 * 16_384 - granted < 32_768)
  }

  @Test func `charges padding to both windows and gives it back at once`() throws {
    let peer = try ServerPeer(limits: limits())
    try peer.receive(request(1))
    var octets: UInt32 = 0
    var connection: UInt32 = 0
    var stream: UInt32 = 0
    for _ in 0..<1000 {
      let frame = Frame(
        0, flags: Frame.padded, stream: 1, [255, 1, 2, 3, 4, 5] + [UInt8](repeating: 0, count: 255))
      octets += UInt32(frame.payload.count)
      try peer.receive(frame)
      for frame in try peer.produce() where frame.type == 8 {
        if frame.stream == 0 { connection += frame.number() } else { stream += frame.number() }
      }
    }
    #expect(peer.bodies[1]?.count == 5000)
    #expect(octets - connection < 32_768)
    #expect(octets - stream < 32_768)
  }

  @Test func `ends a connection whose peer overruns the window`() throws {
    let peer = try ServerPeer(limits: limits())
    peer.onData = { _, _, _ in }
    let block = [UInt8](repeating: 1, count: 16_384)
    try peer.receive(request(1))
    for _ in 0..<3 { try peer.receive(.data(1, block)) }
    try peer.receive(.data(1, block), .data(1, block))
    let frames = try peer.produce()
    #expect(frames.contains { $0.type == 3 && $0.number() == 3 } || frames.last?.type == 7)
  }

  @Test func `ignores credit for more than is owed`() throws {
    let peer = try ServerPeer(limits: limits())
    peer.onData = { _, _, _ in }
    try peer.receive(request(1), .data(1, [1, 2, 3]))
    let stream = try #require(peer.streams[1])
    peer.session.consume(stream, byteCount: Int.max)
    peer.session.consume(stream, byteCount: -5)
    #expect(peer.session.bufferedByteCount == 0)
    #expect(try peer.produce().isEmpty)
  }

  @Test func `serves streams in turns, so that a short answer is not starved`() throws {
    let peer = try ServerPeer()
    try peer.receive(.settings([(4, 1 << 20)]), .windowUpdate(0, 1 << 20))
    for id: Int32 in [1, 3, 5] { try peer.receive(request(id, end: true)) }
    _ = try peer.produce()
    for (id, count) in [(Int32(1), 200_000), (3, 200_000), (5, 100)] {
      let stream = try #require(peer.streams[id])
      peer.session.respond(stream, statusOK)
      peer.session.write(stream, [UInt8](repeating: 1, count: count))
      peer.session.finish(stream, trailers: trailersOK)
    }
    let order = try peer.produce().filter { $0.type == 0 }.map(\.stream)
    #expect(Array(order.prefix(6)) == [1, 3, 5, 1, 3, 1])
    #expect(order.count == 27)
  }

  @Test(arguments: ["u=0", "u=7", "u=0, i", "garbage"])
  func `gives no stream an advantage by its priority field`(_ priority: String) throws {
    let peer = try ServerPeer()
    try peer.receive(.settings([(4, 1 << 20)]), .windowUpdate(0, 1 << 20))
    try peer.receive(
      request(1, [("priority", priority)], end: true), request(3, end: true),
      Frame(0x10, [0, 0, 0, 1] + Array(priority.utf8)))
    for id: Int32 in [1, 3] {
      let stream = try #require(peer.streams[id])
      peer.session.respond(stream, statusOK)
      peer.session.write(stream, [UInt8](repeating: 1, count: 50_000))
    }
    let order = try peer.produce().filter { $0.type == 0 }.map(\.stream)
    #expect(order == [1, 3, 1, 3, 1, 3, 1, 3])
  }
}
