import HTTP2
import Testing

/// What gRPC clients send, frame by frame: none of it may look like abuse.
@Suite struct `An honest client` {
  private let second: UInt64 = 1_000_000_000

  /// The beginning of a connection by grpcio 1.85 (C-core 58).
  private var coreGreeting: [UInt8] {
    preface
      + Frame.settings([
        (2, 0), (3, 0), (4, 4_194_304), (5, 4_194_304), (6, 16_384), (0xfe03, 1),
      ]).bytes + Frame.windowUpdate(0, 4_128_769).bytes
  }

  private func peer(greeting: [UInt8], body: Int = 10) throws -> ServerPeer {
    let peer = try ServerPeer(isGreeted: false)
    peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, [UInt8](repeating: 7, count: body))
      session.finish(stream, trailers: trailersOK)
    }
    try peer.receive(greeting)
    _ = try peer.produce()
    try peer.receive(.settingsAck)
    return peer
  }

  private func expectServed(_ peer: ServerPeer, streams: Int) {
    #expect(peer.session.ledger.warned == nil)
    #expect(peer.session.failure == nil)
    #expect(peer.session.ledger.streamsOpened == UInt64(streams))
  }

  @Test func `of C-core measures the path by a PING after each answer`() throws {
    let peer = try peer(greeting: coreGreeting)
    for count in 0..<2_000 {
      peer.now += 100_000
      try peer.receive(request(Int32(1 + 2 * count)), .data(Int32(1 + 2 * count), [1], end: true))
      _ = try peer.produceBytes()
      try peer.receive(.ping(UInt64(count)), .windowUpdate(0, 10))
      #expect(try peer.produce() == [.ping(UInt64(count), isAck: true)])
    }
    expectServed(peer, streams: 2_000)
  }

  @Test func `of Go adapts its windows while it downloads`() throws {
    let peer = try peer(greeting: preface + Frame.settings().bytes, body: 8 << 20)
    try peer.receive(request(1, end: true))
    var window: UInt32 = 65_535
    for round in 0..<16 {
      peer.now += 200_000
      let data = try peer.produce().filter { $0.type == 0 }
      #expect(!data.isEmpty)
      let byteCount = UInt32(data.map(\.payload.count).reduce(0, +))
      // First the credit, so that no proxy takes the PING for abuse; then the new window.
      try peer.receive(.windowUpdate(0, byteCount), .ping(UInt64(round)))
      window += 10_000
      try peer.receive(.settings([(UInt16(4), window)]), .windowUpdate(0, 10_000))
      try peer.receive(.windowUpdate(1, byteCount))
    }
    expectServed(peer, streams: 1)
    #expect(peer.session.ledger.count(of: .settings) == 17)
  }

  @Test func `with short deadlines cancels 39 calls a second for five minutes`() throws {
    let peer = try peer(greeting: coreGreeting)
    peer.onEnd = { _, _ in }
    var id: Int32 = 1
    for _ in 0..<(39 * 300) {
      peer.now += second / 39
      try peer.receive(request(id, [("grpc-timeout", "20m")], end: true), .reset(id, 8))
      id += 2
      _ = try peer.produceBytes()
    }
    expectServed(peer, streams: 39 * 300)
  }

  @Test func `with 128 calls cancels them all, twice`() throws {
    let peer = try peer(greeting: coreGreeting)
    peer.onEnd = { _, _ in }
    for round in 0..<2 {
      let ids = (0..<128).map { Int32(1 + 2 * (round * 128 + $0)) }
      for id in ids { try peer.receive(request(id, end: true)) }
      for id in ids { try peer.receive(.reset(id, 8)) }
      _ = try peer.produceBytes()
    }
    expectServed(peer, streams: 256)
  }

  @Test func `that is sent away for its cancels has those before the notice served`() throws {
    let peer = try peer(greeting: coreGreeting)
    peer.onEnd = { _, _ in }
    var id: Int32 = 1
    func open(_ count: Int) throws -> [Int32] {
      try (0..<count).map { _ in
        defer { id += 2 }
        try peer.receive(request(id, end: true))
        return id
      }
    }
    func cancel(_ ids: [Int32]) throws {
      for id in ids { try peer.receive(.reset(id, 8)) }
    }
    try cancel(open(100))
    try cancel(open(100))
    try cancel(open(100))
    #expect(peer.session.ledger.warned == .resetReceived)
    _ = try peer.produceBytes()
    // It has not read the notice when it sends these, and has as many as it may.
    try cancel(open(100))
    let last = try open(128)
    try peer.receive(.ping(ServerPeer.noticePing, isAck: true))
    #expect(try peer.produce().contains(.calm(last[127], .resetReceived)))
    try cancel(Array(last.dropLast()))
    let served = try #require(peer.streams[last[127]])
    peer.session.respondOnly(served, trailersOnly)
    #expect(try peer.produce().contains { $0.type == 1 && $0.stream == last[127] })
    #expect(peer.session.failure == nil)
  }

  @Test func `keeps an idle connection alive every ten seconds`() throws {
    let peer = try peer(greeting: coreGreeting)
    for count in 0..<1_000 {
      // The network brings one late and the next on time.
      peer.now += 10 * second + (count % 2 == 0 ? 300_000_000 : 0) - 200_000_000
      try peer.receive(.ping(UInt64(count)))
      _ = try peer.produceBytes()
    }
    expectServed(peer, streams: 0)
  }

  @Test func `keeps a silent call alive beside what measures the path`() throws {
    let peer = try peer(greeting: coreGreeting)
    try peer.receive(request(1, end: true))
    _ = try peer.produceBytes()
    try peer.receive(request(3))
    for count in 0..<100 {
      peer.now += 10 * second
      try peer.receive(.ping(UInt64(count)))
      if count % 10 == 0 {
        // A message from the server brings a PING of its own, soon after the other.
        let stream = try #require(peer.streams[3])
        peer.session.respond(stream, statusOK)
        peer.session.write(stream, [1])
        _ = try peer.produceBytes()
        peer.now += second
        try peer.receive(.ping(7))
      }
      _ = try peer.produceBytes()
    }
    expectServed(peer, streams: 2)
  }

  @Test func `that pings too soon gets three periods and then too_many_pings`() throws {
    let peer = try peer(greeting: coreGreeting)
    try peer.receive(request(1))
    // Every second: a strike at 1, at 10 and at 19 seconds.
    for count in 0..<19 {
      try peer.receive(.ping(UInt64(count)))
      peer.now += second
    }
    #expect(throws: SessionError.abuse(.pingStrike)) { try peer.receive(.ping(99)) }
    #expect(peer.session.ledger.count(of: .pingStrike) == 1)
    #expect(peer.lastWords() == [.calm(1, .pingStrike)])
  }

  @Test func `that pings too soon is forgiven by an answer`() throws {
    let peer = try peer(greeting: coreGreeting)
    for count in 0..<200 {
      try peer.receive(.ping(UInt64(count)))
      peer.now += second
      if count % 15 == 14 { try peer.receive(request(Int32(1 + 2 * count), end: true)) }
      _ = try peer.produceBytes()
    }
    expectServed(peer, streams: 13)
  }
}
