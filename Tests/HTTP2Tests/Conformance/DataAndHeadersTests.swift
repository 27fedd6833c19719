import HTTP2
import Testing

@Suite struct `RFC 9113 section 6.1, DATA` {
  @Test func `belongs to a stream`() throws {
    #expect(try outcome(.data(0, [1])) == .connectionError(.protocolError))
  }

  @Test func `may be padded`() throws {
    let padded = Frame(0, flags: Frame.padded | Frame.endStream, stream: 1, [3, 7, 0, 0, 0])
    let responder = try Responder()
    responder.send(request(1), padded)
    #expect(responder.outcome == .answered([1]))
    #expect(responder.peer.bodies[1] == [7])
  }

  @Test func `may be padding alone`() throws {
    let padded = Frame(0, flags: Frame.padded | Frame.endStream, stream: 1, [2, 0, 0])
    #expect(try outcome(request(1), padded) == .answered([1]))
  }

  @Test(arguments: [[3, 1, 2], [255, 0], [1], []] as [[UInt8]])
  func `with more padding than octets is a connection error`(_ payload: [UInt8]) throws {
    let made = try outcome(request(1), Frame(0, flags: Frame.padded, stream: 1, payload))
    #expect(made == .connectionError(.protocolError))
  }

  @Test func `comes in any number of frames`() throws {
    let responder = try Responder()
    responder.send(request(1), .data(1, [1]), .data(1, [2]), .data(1, [3], end: true))
    #expect(responder.outcome == .answered([1]))
    #expect(responder.peer.bodies[1] == [1, 2, 3])
  }
}

@Suite struct `RFC 9113 section 6.2, HEADERS` {
  private let block = literals(requestFields)

  @Test func `may be padded`() throws {
    let frame = Frame(1, flags: 0x0d, stream: 1, [4] + block + [0, 0, 0, 0])
    #expect(try outcome(frame) == .answered([1]))
  }

  @Test func `may carry priority`() throws {
    let frame = Frame(1, flags: 0x25, stream: 1, [0x80, 0, 0, 0, 15] + block)
    #expect(try outcome(frame) == .answered([1]))
  }

  @Test func `may carry priority and padding`() throws {
    let frame = Frame(1, flags: 0x2d, stream: 1, [2, 0, 0, 0, 0, 15] + block + [0, 0])
    #expect(try outcome(frame) == .answered([1]))
  }

  @Test func `of priority alone has no request`() throws {
    #expect(
      try outcome(Frame(1, flags: 0x25, stream: 1, [0, 0, 0, 0, 15]))
        == .streamError(1, .protocolError))
  }

  @Test func `too short for the priority it announces is a connection error`() throws {
    #expect(
      try outcome(Frame(1, flags: 0x25, stream: 1, [0, 0, 0, 0]))
        == .connectionError(.frameSizeError))
  }

  @Test func `belongs to a stream`() throws {
    #expect(try outcome(.headers(0, block)) == .connectionError(.protocolError))
  }

  @Test func `with more padding than octets is a connection error`() throws {
    let frame = Frame(1, flags: 0x0d, stream: 1, [UInt8(block.count + 1)] + block)
    #expect(try outcome(frame) == .connectionError(.protocolError))
  }

  @Test func `without octets has no request`() throws {
    #expect(try outcome(.headers(1, [], end: true)) == .streamError(1, .protocolError))
  }
}

@Suite struct `RFC 9113 section 6.3, PRIORITY` {
  @Test(
    arguments: [
      [0, 0, 0, 0, 0], [0, 0, 0, 0, 255], [0, 0, 0, 3, 15], [0x80, 0, 0, 5, 15],
    ] as [[UInt8]])
  func `of any weight and dependency is ignored`(_ payload: [UInt8]) throws {
    #expect(
      try outcome(Frame(2, stream: 1, payload), request(1, end: true)) == .answered([1]))
  }

  @Test func `belongs to a stream`() throws {
    #expect(try outcome(Frame(2, [0, 0, 0, 1, 1])) == .connectionError(.protocolError))
  }

  // §6.3 asks for a stream error; the library ends the connection.
  @Test(arguments: [0, 4, 6]) func `is of 5 octets`(_ length: Int) throws {
    #expect(
      try outcome(request(1), Frame(2, stream: 1, [UInt8](repeating: 0, count: length)))
        == .connectionError(.frameSizeError))
  }

  // RFC 7540 §5.3.1 forbade it; RFC 9113 §5.3 deprecates dependencies, and we announce
  // SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 §2.1): not looked at.
  @Test func `on itself is ignored`() throws {
    #expect(
      try outcome(Frame(2, stream: 1, [0, 0, 0, 1, 15]), request(1, end: true))
        == .answered([1]))
  }

  // In HEADERS the library still forbids it.
  @Test func `on itself within HEADERS is a connection error`() throws {
    let head = Frame(1, flags: 0x25, stream: 1, [0, 0, 0, 1, 15] + literals(requestFields))
    #expect(try outcome(head) == .connectionError(.protocolError))
  }
}

@Suite struct `RFC 9113 section 6.4, RST_STREAM` {
  @Test func `belongs to a stream`() throws {
    #expect(try outcome(.reset(0, 8)) == .connectionError(.protocolError))
  }

  @Test func `is not for an idle stream`() throws {
    #expect(try outcome(.reset(1, 8)) == .connectionError(.protocolError))
    #expect(try outcome(.reset(2, 8)) == .connectionError(.protocolError))
    #expect(try outcome(request(1), .reset(2, 8)) == .connectionError(.protocolError))
    #expect(try outcome(request(1), .reset(259, 8)) == .connectionError(.protocolError))
    let open = Frame(1, stream: 3, literals(requestFields))
    #expect(try outcome(request(1), open, .reset(5, 8)) == .connectionError(.protocolError))
  }

  // gRPC's own library, and Rust's h2 before 0.4.14, cancel so what they have not sent yet; the
  // connection's other calls are not to be lost by that.
  @Test(arguments: [1, 8, 9, 10, 13, 100])
  func `ends no connection for a stream that was about to be opened`(_ pieceSize: Int) throws {
    let peer = try ServerPeer()
    peer.onEnd = { session, stream in session.respondOnly(stream, trailersOnly) }
    let frames = [
      request(1, end: true), .reset(3, 8), .reset(257, 8), request(5, end: true), .reset(7, 8),
    ]
    var rest = frames.flatMap(\.bytes)[...]
    while !rest.isEmpty {
      try peer.receive(Array(rest.prefix(pieceSize)))
      rest = rest.dropFirst(pieceSize)
    }
    #expect(try peer.produce().filter { $0.type == 1 }.map(\.stream) == [1, 5])
    #expect(peer.session.ledger.count(of: .resetReceived) == 3)
    #expect(throws: SessionError.abuse(.resetReceived)) {
      for _ in 0..<600 { try peer.receive(.reset(7, 8)) }
    }
    #expect(peer.session.ledger.count(of: .resetReceived) == 529)
  }

  @Test(arguments: [0, 3, 5]) func `is of 4 octets`(_ length: Int) throws {
    #expect(
      try outcome(request(1), Frame(3, stream: 1, [UInt8](repeating: 0, count: length)))
        == .connectionError(.frameSizeError))
  }

  @Test func `is never answered by another`() throws {
    let responder = try Responder()
    #expect(responder.send(request(1), .reset(1, 8)).isEmpty)
  }
}

@Suite struct `RFC 9113 section 6.6, PUSH_PROMISE` {
  @Test func `does not come from a client`() throws {
    #expect(
      try outcome(
        request(1),
        Frame(5, flags: Frame.endHeaders, stream: 1, [0, 0, 0, 2] + literals(requestFields)))
        == .connectionError(.protocolError))
  }
}
