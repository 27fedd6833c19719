import HTTP2
import Testing

@Suite struct `A server connection` {
  @Test func `announces its limits and its window before anything else`() throws {
    let peer = try ServerPeer(isGreeted: false)
    let frames = try peer.produce()
    #expect(
      frames == [
        .settings([(3, 128), (4, 262_144), (6, 16_384), (1, 4096), (9, 1)]),
        .windowUpdate(0, 4_194_304 - 65_535),
      ])
  }

  @Test func `acknowledges SETTINGS and notices the acknowledgement of its own`() throws {
    let peer = try ServerPeer(isGreeted: false)
    try peer.receive(preface + Frame.settings([(6, 8192)]).bytes)
    #expect(try peer.produce().contains(.settingsAck))
    #expect(!peer.session.isSettingsAcknowledged)
    try peer.receive(.settingsAck)
    #expect(peer.session.isSettingsAcknowledged)
    #expect(peer.session.peerHeaderListMax == 8192)
  }

  @Test func `knows no header limit of a peer that names none`() throws {
    #expect(try ServerPeer().session.peerHeaderListMax == Int.max)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", "\u{16}\u{3}\u{1}",
  ])
  func `refuses another preface`(_ first: String) throws {
    let peer = try ServerPeer(isGreeted: false)
    #expect(throws: SessionError.badPreface) { try peer.receive(Array(first.utf8)) }
    #expect(peer.lastWords() == [Frame(7, Frame.octets(0) + Frame.octets(1))])
    #expect(peer.session.isFinished)
    #expect(throws: SessionError.finished) { try peer.receive(.settings()) }
  }

  @Test func `answers PING with the same octets and counts it`() throws {
    let peer = try ServerPeer()
    try peer.receive(.ping(0x0102_0304_0506_0708))
    #expect(try peer.produce() == [.ping(0x0102_0304_0506_0708, isAck: true)])
    #expect(peer.session.ledger.count(of: .ping) == 1)
  }

  @Test func `recognizes the answer to its own PING`() throws {
    let peer = try ServerPeer()
    peer.session.submitPing(77)
    #expect(try peer.produce() == [.ping(77)])
    try peer.receive(.ping(77, isAck: true))
    #expect(peer.events == ["ping ack 77"])
    #expect(peer.session.ledger.count(of: .ping) == 0)
  }

  @Test func `drains in two GOAWAYs and finishes after the last stream`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1))
    peer.session.submitShutdownNotice(ping: 5)
    #expect(try peer.produce() == [.notice, .ping(5)])
    try peer.receive(request(3))
    peer.session.submitGoaway(.noError, debug: "max_age")
    #expect(
      try peer.produce()
        == [Frame(7, Frame.octets(3) + Frame.octets(0) + Array("max_age".utf8))])
    try peer.receive(request(5))
    #expect(peer.events == ["headers 1 /echo.Echo/Say", "headers 3 /echo.Echo/Say"])
    #expect(!peer.session.isFinished)
    for id: Int32 in [1, 3] { peer.session.respondOnly(peer.streams[id]!, trailersOnly) }
    _ = try peer.produce()
    #expect(peer.session.streamCount == 0)
    #expect(peer.session.isFinished)
  }

  @Test func `reports the peer's GOAWAY`() throws {
    let peer = try ServerPeer()
    try peer.receive(Frame(7, Frame.octets(0) + Frame.octets(11)))
    #expect(peer.events == ["goaway 11"])
  }

  @Test func `closes every stream once when the peer is gone`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1), request(3), request(5))
    peer.session.abandon()
    #expect(
      peer.events.suffix(3).sorted() == ["closed 1 8", "closed 3 8", "closed 5 8"])
    #expect(peer.session.streamCount == 0)
    #expect(peer.session.isFinished)
    #expect(try peer.produce().isEmpty)
    peer.session.abandon()
    #expect(peer.events.count == 6)
  }

  @Test func `fails when acknowledgements pile up unread`() throws {
    var limits = SessionLimits()
    limits.outboundAcknowledgementCountMax = 10
    limits.abuse.pings = AbuseRate(100, per: .seconds(10))
    let peer = try ServerPeer(limits: limits)
    let pings = (0..<20).flatMap { Frame.ping($0).bytes }
    #expect(throws: SessionError.flooded) { try peer.receive(pings) }
    #expect(peer.lastWords().last == .calm(0, .unreadAcknowledgement))
    #expect(peer.session.ledger.count(of: .unreadAcknowledgement) == 1)
  }

  @Test func `counts what may be abuse`() throws {
    let peer = try ServerPeer()
    try peer.receive(
      request(1), .data(1, []), .windowUpdate(0, 1), .windowUpdate(1, 1),
      Frame(2, stream: 1, [0, 0, 0, 0, 1]), Frame(0x10, [0, 0, 0, 1] + Array("u=1".utf8)),
      Frame(0xfa, [1, 2, 3]), .settings(), .reset(1, 8))
    let ledger = peer.session.ledger
    let counts = AbuseVector.allCases.map { ledger.count(of: $0) }
    #expect(ledger.count(of: .emptyData) == 1)
    #expect(ledger.count(of: .windowUpdate) == 2)
    #expect(ledger.count(of: .priority) == 2)
    #expect(ledger.count(of: .unknownFrame) == 1)
    #expect(ledger.count(of: .settings) == 2)
    #expect(ledger.count(of: .resetReceived) == 1)
    #expect(ledger.streamsOpened == 1)
    #expect(counts.reduce(0, +) == 9)
  }
}
