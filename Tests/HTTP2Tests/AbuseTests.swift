import HTTP2
import Testing

/// A way to offend, on a connection where stream 1 is open and runs.
struct Offence: Sendable, CustomTestStringConvertible {
  let vector: AbuseVector
  /// What a fresh connection tolerates.
  let countMax: Int
  /// Of them the connection's beginning has spent.
  var spent = 0
  /// What is tolerated besides, after the warning.
  var afterWarning = 0
  /// The octets of one, told which one it is, from 0.
  let bytes: @Sendable (Int) -> [UInt8]

  var testDescription: String { vector.name }

  static let all = [
    Offence(vector: .resetReceived, countMax: 400, afterWarning: 128) { count in
      let id = Int32(3 + 2 * count)
      return request(id).bytes + Frame.reset(id, 8).bytes
    },
    Offence(vector: .ping, countMax: 20) { Frame.ping(UInt64($0)).bytes },
    Offence(vector: .settings, countMax: 10, spent: 1) { _ in Frame.settings([(4, 70_000)]).bytes },
    Offence(vector: .priority, countMax: 200) { _ in
      Frame(2, stream: 1, [0, 0, 0, 0, 1]).bytes
    },
    Offence(vector: .priority, countMax: 200) { _ in
      Frame(0x10, [0, 0, 0, 1] + Array("u=1".utf8)).bytes
    },
    Offence(vector: .emptyData, countMax: 10) { _ in Frame.data(1, []).bytes },
    Offence(vector: .emptyData, countMax: 10) { _ in
      Frame(0, flags: Frame.padded, stream: 1, [3, 0, 0, 0]).bytes
    },
    Offence(vector: .windowUpdate, countMax: 9) { Frame.windowUpdate(Int32($0 % 2), 1).bytes },
    Offence(vector: .goaway, countMax: 10) { _ in
      Frame(7, Frame.octets(0) + Frame.octets(0)).bytes
    },
    Offence(vector: .unknownFrame, countMax: 100) { _ in Frame(0xfa, [1, 2, 3]).bytes },
  ]

  /// Those that take a stream each: the warning is the end of them.
  static let opening = [
    Offence(vector: .invalidHeader, countMax: 100) { count in
      request(Int32(3 + 2 * count), [("a", "b\u{1}c")], end: true).bytes
    },
    Offence(vector: .headerListOverLimit, countMax: 100) { count in
      request(Int32(3 + 2 * count), (0..<65).map { ("f\($0)", "x") }, end: true).bytes
    },
    Offence(vector: .resetProvoked, countMax: 100) { count in
      // A body that contradicts its content-length.
      let id = Int32(3 + 2 * count)
      return request(id, [("content-length", "2")]).bytes + Frame.data(id, [1, 2, 3]).bytes
    },
    Offence(vector: .invalidFrame, countMax: 100) { count in
      request(Int32(3 + 2 * count), [("connection", "close")]).bytes
    },
  ]
}

@Suite struct `A peer that does too much` {
  private func peer() throws -> ServerPeer {
    let peer = try ServerPeer()
    peer.onEnd = { session, stream in session.respondOnly(stream, trailersOnly) }
    try peer.receive(request(1))
    _ = try peer.produce()
    return peer
  }

  @Test(arguments: Offence.all)
  func `is served at the limit and closed past it`(_ offence: Offence) throws {
    let peer = try peer()
    let countMax = offence.countMax + offence.afterWarning
    for count in 0..<(countMax - offence.spent) {
      try peer.receive(offence.bytes(count))
      _ = try peer.produceBytes()
    }
    #expect(!peer.session.isFinished)
    #expect(peer.session.streamCount >= 1)
    #expect(throws: SessionError.abuse(offence.vector)) {
      try peer.receive(offence.bytes(countMax))
    }
    let lastStream = peer.session.lastStreamID
    #expect(peer.lastWords() == [.calm(lastStream, offence.vector)])
    #expect(SessionError.abuse(offence.vector).vector == offence.vector)
    #expect(peer.session.ledger.count(of: offence.vector) == UInt64(countMax + 1))
  }

  @Test(arguments: Offence.all + Offence.opening)
  func `is warned once, at three quarters, and what runs finishes`(_ offence: Offence) throws {
    let peer = try peer()
    let warnedAt = offence.countMax - offence.countMax / 4
    for count in 0..<(warnedAt - 1 - offence.spent) {
      try peer.receive(offence.bytes(count))
      #expect(try !peer.produce().contains { $0.type == 7 }, "after \(count)")
    }
    #expect(peer.session.ledger.warned == nil)
    try peer.receive(offence.bytes(warnedAt))
    // The PING comes last: its answer tells that the notice was read.
    let noticePing = Frame.ping(ServerPeer.noticePing)
    let words = try peer.produce().filter { $0.type == 7 || $0 == noticePing }
    // A peer that has said goodbye itself needs no notice.
    #expect(words == (offence.vector == .goaway ? [noticePing] : [.notice, noticePing]))
    #expect(peer.session.ledger.warned == offence.vector)
    try peer.receive(offence.bytes(warnedAt + 1))
    #expect(try !peer.produce().contains { $0.type == 7 })
    #expect(peer.events.filter { $0.hasPrefix("warned") } == ["warned \(offence.vector.name)"])
    try peer.receive(.ping(ServerPeer.noticePing, isAck: true))
    let lastStream = peer.session.lastStreamID
    #expect(try peer.produce().filter { $0.type == 7 } == [.calm(lastStream, offence.vector)])
    try peer.receive(.data(1, [1], end: true))
    #expect(try peer.produce().contains { $0.type == 1 && $0.stream == 1 })
    #expect(peer.session.isFinished)
  }

  @Test func `may open streams until it has read the warning, and none after it`() throws {
    let peer = try peer()
    for count in 0..<15 { try peer.receive(.ping(UInt64(count))) }
    _ = try peer.produce()
    try peer.receive(request(3, end: true))
    #expect(peer.events.contains { $0.hasPrefix("headers 3") })
    #expect(try peer.produce().contains { $0.type == 1 && $0.stream == 3 })
    try peer.receive(.ping(ServerPeer.noticePing, isAck: true))
    #expect(try peer.produce() == [.calm(3, .ping)])
    try peer.receive(request(5, end: true))
    #expect(!peer.events.contains { $0.hasPrefix("headers 5") })
    #expect(try peer.produce().isEmpty)
  }

  @Test func `may cancel 128 calls more than its budget has, whatever it was warned of`() throws {
    let peer = try peer()
    for count in 0..<15 { try peer.receive(.ping(UInt64(count))) }
    #expect(peer.session.ledger.warned == .ping)
    var id: Int32 = 3
    for _ in 0..<528 {
      try peer.receive(request(id), .reset(id, 8))
      id += 2
    }
    #expect(throws: SessionError.abuse(.resetReceived)) {
      try peer.receive(request(id), .reset(id, 8))
    }
  }

  @Test func `gets its budget back as time passes`() throws {
    let peer = try peer()
    var id: Int32 = 3
    func reset(_ count: Int) throws {
      for _ in 0..<count {
        try peer.receive(request(id), .reset(id, 8))
        id += 2
      }
      _ = try peer.produceBytes()
    }
    try reset(528)
    peer.now += 1_000_000_000
    try reset(40)
    peer.now += 25_000_000
    try reset(1)
    #expect(throws: SessionError.abuse(.resetReceived)) { try reset(1) }
  }

  @Test(arguments: Offence.opening)
  func `is closed when it opens streams in spite of the warning`(_ offence: Offence) throws {
    let peer = try peer()
    for count in 0..<75 {
      try peer.receive(offence.bytes(count))
      _ = try peer.produceBytes()
    }
    try peer.receive(.ping(ServerPeer.noticePing, isAck: true))
    _ = try peer.produceBytes()
    let opened = peer.session.ledger.streamsOpened
    var ignored: UInt64 = 0
    #expect(throws: SessionError.abuse(.frameAfterEnd)) {
      for count in 75..<2_000 {
        try peer.receive(offence.bytes(count))
        ignored += 1
      }
    }
    #expect(peer.session.ledger.streamsOpened == opened)
    #expect(ignored == 200 + 2 * opened)
  }

  @Test func `makes us send 500 resets in the life of a connection at most`() throws {
    let peer = try peer()
    var resets = 0
    for id in stride(from: Int32(3), to: 2_003, by: 2) {
      peer.now += 1_000_000_000
      try peer.receive(request(id, [("content-length", "2")]), .data(id, [1, 2, 3]))
      resets += try peer.produce().filter { $0.type == 3 }.count
      if peer.session.ledger.warned != nil { break }
    }
    #expect(resets == 375)
    #expect(peer.session.ledger.warned == .resetProvoked)
  }

  @Test func `is refused 1,000 requests and no more`() throws {
    let peer = try peer()
    peer.onHeaders = { session, stream in session.refuse(stream) }
    peer.onEnd = { _, _ in }
    for count in 0..<750 {
      try peer.receive(request(Int32(3 + 2 * count), end: true))
      _ = try peer.produceBytes()
    }
    #expect(peer.session.ledger.warned == .streamRefused)
    // Refused ones are not made by the peer's frames alone.
    #expect(peer.session.ledger.count(of: .resetProvoked) == 0)
    #expect(peer.session.ledger.resetsProduced == 750)
  }

  @Test(arguments: [1, 7, 9, 10, 1_000])
  func `sends empty DATA for a stream that is over, in pieces`(_ pieceSize: Int) throws {
    let peer = try peer()
    try peer.receive(request(3), .reset(3, 8))
    func send(_ count: Int) throws {
      var rest = Array(repeatElement(Frame.data(3, []).bytes, count: count).joined())[...]
      while !rest.isEmpty {
        try peer.receive(Array(rest.prefix(pieceSize)))
        rest = rest.dropFirst(pieceSize)
      }
    }
    // 200, and 2 for each of the two streams; those of an open stream are none of them.
    try peer.receive(.data(1, []), .data(1, [1, 2, 3]))
    try send(204)
    #expect(peer.session.ledger.count(of: .frameAfterEnd) == 204)
    #expect(peer.session.ledger.warned == .frameAfterEnd)
    #expect(throws: SessionError.abuse(.frameAfterEnd)) { try send(1) }
  }

  @Test func `goes on with streams that were reset`() throws {
    let peer = try peer()
    try peer.receive(request(3))
    peer.session.reset(try #require(peer.streams[3]), .cancel)
    _ = try peer.produceBytes()
    // 200, and 2 for each of the two streams.
    let trailers = Frame.headers(3, literals([("a", "b")]), end: true)
    for _ in 0..<204 { try peer.receive(trailers) }
    #expect(throws: SessionError.abuse(.frameAfterEnd)) { try peer.receive(trailers) }
  }

  @Test func `interrupts empty DATA with octets and may go on`() throws {
    let peer = try peer()
    for _ in 0..<50 {
      for _ in 0..<7 { try peer.receive(.data(1, [])) }
      try peer.receive(.data(1, [1]))
    }
    #expect(peer.session.ledger.warned == nil)
    #expect(peer.session.ledger.count(of: .emptyData) == 350)
  }

  @Test func `acknowledges PINGs that nobody sent`() throws {
    let peer = try peer()
    peer.session.submitPing(1)
    _ = try peer.produce()
    try peer.receive(.ping(1, isAck: true))
    for _ in 0..<20 { try peer.receive(.ping(1, isAck: true)) }
    #expect(throws: SessionError.abuse(.ping)) { try peer.receive(.ping(1, isAck: true)) }
  }

  @Test func `sends refused fields as a bomb, and is reset at the first`() throws {
    let peer = try peer()
    // One invalid field of 4,000 octets in the table, referred to by one octet each.
    let value = [UInt8](repeating: 1, count: 4_000)
    let insert: [UInt8] = [0x40, 1, 0x66, 0x7f, 0xa1, 0x1e] + value
    let bomb = literals(requestFields) + insert + [UInt8](repeating: 0xbe, count: 5_000)
    try peer.receive(.headers(3, bomb))
    #expect(try peer.produce() == [.reset(3, 1)])
    #expect(peer.session.ledger.count(of: .invalidHeader) == 1)
    #expect(peer.events == ["headers 1 /echo.Echo/Say"])
  }

  @Test func `sends more entries in SETTINGS than 32`() throws {
    for count in [32, 33] {
      let peer = try peer()
      try peer.receive(.settings(Array(repeating: (0x99, 1), count: count)))
      let goaway = try peer.produce().last { $0.type == 7 }
      #expect(goaway?.number(at: 4) == (count == 32 ? nil : 11))
    }
  }

  @Test func `has each of its names once`() {
    let names = AbuseVector.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(AbuseVector.ping.debugData == "too_many_pings")
    #expect(AbuseVector.resetReceived.debugData == "too_many: rst_received")
  }
}
