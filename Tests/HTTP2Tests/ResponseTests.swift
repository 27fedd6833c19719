import HTTP2
import Testing

@Suite struct `A response` {
  /// `:status 200` of the static table, then content-type as a new literal (RFC 7541 §6.2.1).
  private let okBlock: [UInt8] = [0x88, 0x5f, 0x8b]

  private func echo() throws -> ServerPeer {
    let peer = try ServerPeer()
    peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, peer.bodies[stream.id] ?? [])
      session.finish(stream, trailers: trailersOK)
    }
    return peer
  }

  @Test func `is headers, data and trailers in one go`() throws {
    let peer = try echo()
    try peer.receive(request(1), .data(1, [0, 0, 0, 0, 2, 8, 1], end: true))
    let frames = try peer.produce()
    #expect(frames.map(\.type) == [1, 0, 1])
    #expect(frames.map(\.flags) == [4, 0, 5])
    #expect(Array(frames[0].payload.prefix(3)) == okBlock)
    #expect(frames[1].payload == [0, 0, 0, 0, 2, 8, 1])
    #expect(
      peer.events == ["headers 1 /echo.Echo/Say", "end 1", "closed 1 0"])
    #expect(peer.session.streamCount == 0)
  }

  @Test func `is the same wherever the request is split`() throws {
    let bytes =
      request(1).bytes + Frame.data(1, [0, 0, 0, 0, 2, 8, 1], end: true).bytes
    let whole = try echo()
    try whole.receive(bytes)
    let expected = try whole.produceBytes()
    for cut in 0...bytes.count {
      let peer = try echo()
      try peer.receive(Array(bytes[..<cut]))
      try peer.receive(Array(bytes[cut...]))
      #expect(try peer.produceBytes() == expected, "cut at \(cut)")
    }
    let peer = try echo()
    for byte in preface.isEmpty ? [] : bytes { try peer.receive([byte]) }
    #expect(try peer.produceBytes() == expected)
  }

  @Test func `without trailers ends with its last octet`() throws {
    let peer = try ServerPeer()
    peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, [1, 2, 3])
      session.finish(stream)
    }
    try peer.receive(request(1, end: true))
    let frames = try peer.produce()
    #expect(frames.map(\.type) == [1, 0])
    #expect(frames.map(\.flags) == [4, 1])
    #expect(peer.events.last == "closed 1 0")
  }

  @Test func `without trailers ends a request that goes on`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, [1])
    peer.session.finish(stream)
    let frames = try peer.produce()
    // RST_STREAM NO_ERROR (RFC 9113 §8.1).
    #expect(frames.map(\.type) == [1, 0, 3])
    #expect(frames[2].payload == [0, 0, 0, 0])
  }

  @Test func `may await the end of a request that goes on`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1))
    let stream = try #require(peer.streams[1])
    peer.session.awaitEnd(of: stream)
    peer.session.respondOnly(stream, trailersOnly)
    #expect(try peer.produce().map(\.type) == [1])
    #expect(peer.session.streamCount == 1)
    try peer.receive(.data(1, [1], end: true))
    #expect(try peer.produce().isEmpty)
    #expect(peer.events.last == "closed 1 0")
    #expect(peer.session.streamCount == 0)
  }

  @Test func `sends trailers after the last octet, however long the body`() throws {
    let peer = try ServerPeer()
    try peer.receive(.windowUpdate(0, 1 << 20), .settings([(4, 1 << 20)]), request(1, end: true))
    let stream = try #require(peer.streams[1])
    let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, Array(body[..<10]))
    peer.session.write(stream, Array(body[10..<50_000]))
    peer.session.write(stream, Array(body[50_000...]))
    peer.session.finish(stream, trailers: trailersOK)
    let frames = try peer.produce().filter { $0.stream == 1 }
    #expect(frames.filter { $0.type == 0 }.flatMap(\.payload) == body)
    #expect(
      frames.filter { $0.type == 0 }.map(\.payload.count).dropLast().allSatisfy { $0 == 16_384 })
    #expect(frames.last?.type == 1)
    #expect(frames.last?.flags == 5)
    #expect(!frames.dropLast().contains { $0.flags & Frame.endStream != 0 })
  }

  @Test func `keeps small and large writes in order, however the window opens`() throws {
    var random = SplitMix(state: 1)
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true), .windowUpdate(0, 1 << 30))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    var written: [UInt8] = []
    var received: [UInt8] = []
    func collect() throws {
      received += try peer.produce().filter { $0.type == 0 }.flatMap(\.payload)
    }
    for _ in 0..<400 {
      let count = Int(random.next() % [5, 300, 4096, 9000][Int(random.next() % 4)])
      let octets = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      written += octets
      peer.session.write(stream, octets)
      if random.next() % 3 == 0 { try collect() }
      try peer.receive(.windowUpdate(1, UInt32(random.next() % 3000) + 1))
    }
    peer.session.finish(stream, trailers: trailersOK)
    try peer.receive(.windowUpdate(1, 1 << 26))
    try collect()
    #expect(received == written)
    #expect(peer.events.last == "closed 1 0")
  }

  @Test func `may have trailers long after its last octet`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    #expect(try peer.produce().map(\.type) == [1])
    peer.session.write(stream, [1])
    #expect(try peer.produce() == [.data(1, [1])])
    #expect(try peer.produce().isEmpty)
    peer.session.write(stream, [2])
    #expect(try peer.produce() == [.data(1, [2])])
    peer.session.finish(stream, trailers: trailersOK)
    let frames = try peer.produce()
    #expect(frames.map(\.type) == [1])
    #expect(frames.map(\.flags) == [5])
    #expect(peer.session.streamCount == 0)
  }

  @Test func `without a message has no DATA frame`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true), request(3))
    for id: Int32 in [1, 3] {
      let stream = try #require(peer.streams[id])
      peer.session.respond(stream, statusOK)
      peer.session.finish(stream, trailers: trailersOK)
    }
    let frames = try peer.produce()
    #expect(frames.filter { $0.stream == 1 }.map(\.type) == [1, 1])
    #expect(frames.filter { $0.stream == 3 }.map(\.type) == [1, 1, 3])
    #expect(try peer.produce().isEmpty)
    #expect(peer.session.streamCount == 0)
  }

  @Test func `resets with NO_ERROR only after the trailers when the peer has not finished`() throws
  {
    let peer = try ServerPeer()
    try peer.receive(request(1), request(3))
    let only = try #require(peer.streams[1])
    let full = try #require(peer.streams[3])
    peer.session.respondOnly(only, trailersOnly)
    peer.session.respond(full, statusOK)
    peer.session.write(full, [1, 2, 3])
    peer.session.finish(full, trailers: trailersOK)
    let frames = try peer.produce()
    let first = frames.filter { $0.stream == 1 }
    #expect(first.map(\.type) == [1, 3])
    #expect(first.map(\.flags) == [5, 0])
    #expect(first.last == .reset(1, 0))
    let second = frames.filter { $0.stream == 3 }
    #expect(second.map(\.type) == [1, 0, 1, 3])
    #expect(second.last == .reset(3, 0))
    #expect(peer.events.suffix(2).sorted() == ["closed 1 0", "closed 3 0"])
    #expect(peer.session.ledger.count(of: .resetProvoked) == 0)
  }

  @Test func `that is trailers-only needs no reset when the peer has finished`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    peer.session.respondOnly(try #require(peer.streams[1]), trailersOnly)
    #expect(try peer.produce().map(\.type) == [1])
  }

  @Test func `too large for the library resets the stream instead of hanging`() throws {
    let large = HeaderBlock([
      (":status", "200"), ("grpc-message", String(repeating: "x", count: 70_000)),
    ])
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true), request(3, end: true))
    peer.session.respondOnly(try #require(peer.streams[1]), large)
    let stream = try #require(peer.streams[3])
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, [1])
    peer.session.finish(stream, trailers: large)
    let frames = try peer.produce()
    #expect(frames.filter { $0.stream == 1 } == [.reset(1, 2)])
    #expect(frames.filter { $0.stream == 3 }.map(\.type) == [1, 0, 3])
    #expect(peer.events.suffix(2).sorted() == ["closed 1 2", "closed 3 2"])
    #expect(peer.session.streamCount == 0)
  }

  @Test func `header block past 16 KiB goes out in CONTINUATION frames`() throws {
    let large = HeaderBlock([(":status", "200"), ("x", String(repeating: "~", count: 30_000))])
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    peer.session.respondOnly(try #require(peer.streams[1]), large)
    #expect(try peer.produce().map(\.type) == [1, 9])
    #expect(peer.session.streamCount == 0)
  }

  @Test func `is dropped when the stream is reset while it waits`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    let stream = try #require(peer.streams[1])
    peer.session.respond(stream, statusOK)
    peer.session.write(stream, [UInt8](repeating: 1, count: 200_000))
    _ = try peer.produce()
    #expect(stream.queuedByteCount == 200_000 - 65_535)
    peer.session.reset(stream, .cancel)
    #expect(stream.queuedByteCount == 0)
    #expect(try peer.produce() == [.reset(1, 8)])
    #expect(peer.events.last == "closed 1 8")
  }

  @Test func `verbs after the end do nothing`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1))
    let stream = try #require(peer.streams[1])
    try peer.receive(.reset(1, 8))
    #expect(stream.isClosed)
    peer.session.respond(stream, statusOK)
    peer.session.respondOnly(stream, trailersOnly)
    peer.session.write(stream, [1])
    peer.session.finish(stream, trailers: trailersOK)
    peer.session.consume(stream, byteCount: 10)
    peer.session.reset(stream, .cancel)
    #expect(try peer.produce().isEmpty)
    #expect(peer.events == ["headers 1 /echo.Echo/Say", "closed 1 8"])
  }

  @Test func `a handler that holds a closed stream keeps it as it was`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, [("held", "yes")]), .reset(1, 8))
    let held = try #require(peer.streams[1])
    try peer.receive(request(3))
    #expect(held.id == 1)
    #expect(held.headers.firstValue(named: "held").map(text) == "yes")
    #expect(peer.streams[3] !== held)
  }
}
