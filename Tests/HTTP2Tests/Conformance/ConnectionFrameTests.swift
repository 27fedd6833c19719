import HTTP2
import Testing

@Suite struct `RFC 9113 section 6.5, SETTINGS` {
  @Test func `are acknowledged`() throws {
    let responder = try Responder()
    #expect(responder.send(.settings([(3, 100)])) == [.settingsAck])
  }

  // §6.5.3 does not say what an acknowledgement of nothing is.
  @Test func `acknowledged twice are a connection error`() throws {
    #expect(try outcome(.settingsAck) == .connectionError(.protocolError))
  }

  @Test func `acknowledging with octets is a connection error`() throws {
    #expect(
      try outcome(Frame(4, flags: Frame.ack, [0])) == .connectionError(.frameSizeError))
    #expect(
      try outcome(Frame(4, flags: Frame.ack, [0, 3, 0, 0, 0, 1]))
        == .connectionError(.frameSizeError))
  }

  @Test func `belong to the connection`() throws {
    #expect(try outcome(Frame(4, stream: 1, [])) == .connectionError(.protocolError))
  }

  @Test(arguments: [1, 3, 5, 7, 13]) func `are of 6 octets each`(_ length: Int) throws {
    #expect(
      try outcome(Frame(4, [UInt8](repeating: 0, count: length)))
        == .connectionError(.frameSizeError))
  }

  @Test func `more than 32 in one frame end the connection`() throws {
    let many: [(UInt16, UInt32)] = (0..<32).map { (0x1000 + UInt16($0), 0) }
    #expect(try outcome(.settings(many)) == .ignored)
    #expect(try outcome(.settings(many + [(3, 1)])) != .ignored)
  }
}

@Suite struct `RFC 9113 section 6.5.2, defined settings` {
  @Test(arguments: [UInt32(2), 0xffff_ffff])
  func `ENABLE_PUSH is 0 or 1`(_ value: UInt32) throws {
    let settings = Frame.settings([(2, value)])
    #expect(try outcome(settings) == .connectionError(.protocolError))
  }

  @Test func `INITIAL_WINDOW_SIZE is below 2³¹`() throws {
    #expect(try outcome(.settings([(4, 0x7fff_ffff)])) == .ignored)
    #expect(
      try outcome(.settings([(4, 0x8000_0000)])) == .connectionError(.flowControlError))
  }

  @Test func `MAX_FRAME_SIZE is 2¹⁴ to 2²⁴-1`() throws {
    #expect(try outcome(.settings([(5, 16_384)])) == .ignored)
    #expect(try outcome(.settings([(5, 16_777_215)])) == .ignored)
    #expect(try outcome(.settings([(5, 16_383)])) == .connectionError(.protocolError))
    #expect(try outcome(.settings([(5, 16_777_216)])) == .connectionError(.protocolError))
  }

  @Test func `of unknown identifiers are ignored`() throws {
    #expect(try outcome(.settings([(0xff, 1), (0x0a0a, 7)])) == .ignored)
  }

  // RFC 9218 §2.1.
  @Test func `NO_RFC7540_PRIORITIES does not change after the first frame`() throws {
    #expect(try outcome(.settings([(9, 0)])) == .ignored)
    #expect(try outcome(.settings([(9, 1)])) == .connectionError(.protocolError))
    #expect(try outcome(.settings([(9, 2)])) == .connectionError(.protocolError))
  }

  @Test func `of the peer's frame size bound ours`() throws {
    let responder = try Responder()
    responder.peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, [UInt8](repeating: 1, count: 40_000))
      session.finish(stream, trailers: trailersOK)
    }
    responder.send(request(1, end: true))
    #expect(responder.produced.allSatisfy { $0.payload.count <= 16_384 })
  }
}

@Suite struct `RFC 9113 section 6.5.3, settings` {
  @Test func `are applied in order, the last one counts`() throws {
    let responder = try Responder()
    responder.send(.settings([(4, 100), (4, 1)]), request(1, end: true))
    let data = responder.produced.filter { $0.type == 0 }
    #expect(data.map(\.payload.count) == [1])
  }

  @Test func `are applied before they are acknowledged`() throws {
    let responder = try Responder()
    let said = responder.send(request(1, end: true), .settings([(4, 0)]))
    #expect(said.filter { $0.type == 0 }.isEmpty)
    #expect(said.contains(.settingsAck))
  }
}

@Suite struct `RFC 9113 section 6.7, PING` {
  @Test func `is answered with its octets`() throws {
    let responder = try Responder()
    #expect(
      responder.send(Frame(6, Array("h2spec!!".utf8)))
        == [Frame(6, flags: Frame.ack, Array("h2spec!!".utf8))])
  }

  @Test func `that answers is not answered`() throws {
    let responder = try Responder()
    #expect(responder.send(.ping(9, isAck: true)).isEmpty)
    #expect(responder.outcome == .ignored)
  }

  @Test func `belongs to the connection`() throws {
    #expect(
      try outcome(Frame(6, stream: 1, [0, 0, 0, 0, 0, 0, 0, 0]))
        == .connectionError(.protocolError))
  }

  @Test(arguments: [0, 6, 7, 9]) func `is of 8 octets`(_ length: Int) throws {
    #expect(
      try outcome(Frame(6, [UInt8](repeating: 0, count: length)))
        == .connectionError(.frameSizeError))
  }
}

@Suite struct `RFC 9113 section 6.8, GOAWAY` {
  private let payload = Frame.octets(0) + Frame.octets(0)

  @Test func `belongs to the connection`() throws {
    #expect(try outcome(Frame(7, stream: 1, payload)) == .connectionError(.protocolError))
  }

  @Test func `of the peer lets open streams end`() throws {
    let responder = try Responder()
    responder.send(request(1), Frame(7, payload), .data(1, [], end: true))
    #expect(responder.produced.contains { $0.stream == 1 && $0.flags & Frame.endStream != 0 })
  }

  @Test func `may carry debug data`() throws {
    let responder = try Responder()
    responder.send(request(1), Frame(7, payload + Array("bye".utf8)), .data(1, [], end: true))
    #expect(responder.produced.contains { $0.stream == 1 && $0.flags & Frame.endStream != 0 })
  }

  @Test func `names the last stream that was begun`() throws {
    let responder = try Responder()
    responder.send(request(1), request(7), .data(0, [1]))
    #expect(responder.produced.last?.payload.prefix(8) == [0, 0, 0, 7, 0, 0, 0, 1])
  }

  // §6.8: it may not raise what it said before.
  @Test func `of the peer that raises its last stream is a connection error`() throws {
    let responder = try Responder()
    responder.peer.onEnd = { _, _ in }
    responder.send(request(1, end: true), Frame(7, payload))
    responder.send(Frame(7, Frame.octets(2) + Frame.octets(0)))
    #expect(responder.produced.last?.type == 7)
    #expect(responder.produced.last?.number(at: 4) == 1)
  }
}

@Suite struct `RFC 9113 section 7, error codes` {
  @Test func `unknown in RST_STREAM end the stream as any other`() throws {
    let responder = try Responder()
    responder.send(request(1), .reset(1, 0xff))
    #expect(responder.outcome == .ignored)
    #expect(responder.peer.events.last == "closed 1 255")
  }

  @Test func `unknown in GOAWAY mean nothing special`() throws {
    let responder = try Responder()
    responder.send(request(1), Frame(7, Frame.octets(0) + Frame.octets(0xff)))
    responder.send(.data(1, [], end: true))
    #expect(responder.produced.contains { $0.stream == 1 && $0.flags & Frame.endStream != 0 })
  }
}
