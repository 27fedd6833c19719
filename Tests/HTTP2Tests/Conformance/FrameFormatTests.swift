import HTTP2
import Testing

@Suite struct `RFC 9113 section 3.4, the connection preface` {
  @Test func `is answered by SETTINGS as the first frame`() throws {
    let peer = try ServerPeer(isGreeted: false)
    try peer.receive(preface + Frame.settings().bytes)
    #expect(try peer.produce().map(\.type).first == 4)
  }

  @Test func `without SETTINGS after it is a connection error`() throws {
    let peer = try ServerPeer(isGreeted: false)
    try? peer.receive(preface + Frame.ping(1).bytes)
    let goaway = try #require(peer.lastWords().last)
    #expect(goaway.type == 7)
    #expect(goaway.number(at: 4) == 1)
    #expect(peer.session.isFinished)
  }

  @Test func `of another text is a connection error`() throws {
    let peer = try ServerPeer(isGreeted: false)
    try? peer.receive(Array("INVALID CONNECTION PREFACE\r\n\r\n".utf8))
    #expect(peer.lastWords() == [Frame(7, Frame.octets(0) + Frame.octets(1))])
  }
}

@Suite struct `RFC 9113 section 4.1, the frame format` {
  @Test(arguments: [UInt8(0x0a), 0x0c, 0x16, 0x99, 0xff])
  func `has unknown types ignored`(_ type: UInt8) throws {
    #expect(try outcome(Frame(type, [1, 2, 3, 4])) == .ignored)
    #expect(
      try outcome(request(1), Frame(type, stream: 1, []), .data(1, [], end: true))
        == .answered([1]))
  }

  @Test func `has undefined flags ignored`() throws {
    let ping = Frame(6, flags: 0xfe, [1, 2, 3, 4, 5, 6, 7, 8])
    let responder = try Responder()
    #expect(responder.send(ping) == [Frame(6, flags: Frame.ack, ping.payload)])
    // Of HEADERS, 0x02, 0x10, 0x40 and 0x80 mean nothing.
    let head = Frame(1, flags: 0xd7, stream: 1, literals(requestFields))
    #expect(try outcome(head) == .answered([1]))
  }

  @Test func `has the reserved bit ignored`() throws {
    var bytes = request(1, end: true).bytes
    bytes[5] |= 0x80
    let responder = try Responder()
    responder.send(bytes)
    #expect(responder.outcome == .answered([1]))
  }
}

@Suite struct `RFC 9113 section 4.2, frame size` {
  @Test func `may be 16,384 octets`() throws {
    #expect(
      try outcome(request(1), .data(1, [UInt8](repeating: 0, count: 16_384), end: true))
        == .answered([1]))
  }

  @Test(arguments: [Int32(0), 1, 3]) func `past that is a connection error`(_ id: Int32) throws {
    let block = [UInt8](repeating: 0, count: 16_385)
    for type: UInt8 in [0, 1, 2, 6, 9, 0x99] {
      #expect(
        try outcome(request(1), Frame(type, stream: id, block))
          == .connectionError(.frameSizeError))
    }
  }

  @Test func `smaller than the type needs is a connection error`() throws {
    #expect(try outcome(Frame(6, [1, 2, 3])) == .connectionError(.frameSizeError))
    #expect(
      try outcome(request(1), Frame(3, stream: 1, [0, 0])) == .connectionError(.frameSizeError))
    #expect(try outcome(Frame(8, [0, 0, 1])) == .connectionError(.frameSizeError))
    #expect(try outcome(Frame(7, [0, 0, 0, 1])) == .connectionError(.frameSizeError))
  }
}

@Suite struct `RFC 9113 section 4.3, header compression` {
  @Test func `broken is a connection error COMPRESSION_ERROR`() throws {
    // A literal whose name is said to go on past the block's end.
    #expect(
      try outcome(.headers(1, [0x00, 0x85, 0xf2, 0xb2, 0x4a]))
        == .connectionError(.compressionError))
  }

  @Test(arguments: [
    Frame(2, stream: 1, [0, 0, 0, 0, 1]), .data(1, [1]), .ping(1), .settings(), .reset(1, 8),
    .windowUpdate(0, 1), Frame(7, [0, 0, 0, 0, 0, 0, 0, 0]), Frame(0x99, stream: 1, [1]),
    Frame(9, flags: Frame.endHeaders, stream: 3, []), request(3),
  ])
  func `of one block is not interrupted by another frame`(_ frame: Frame) throws {
    let begun = Frame(1, stream: 1, literals(requestFields))
    #expect(try outcome(begun, frame) == .connectionError(.protocolError))
  }

  @Test func `is one for the connection, also in a stream that is refused`() throws {
    // The refused request (upper case) puts x: y into the table, and the next refers to it.
    let insert: [UInt8] = [0x40, 1, 0x78, 1, 0x79]
    let responder = try Responder()
    responder.send(.headers(1, literals(requestFields) + insert + literals([("A", "b")])))
    responder.send(.headers(3, literals(requestFields) + [0xbe], end: true))
    let stream = try #require(responder.peer.streams[3])
    #expect(stream.headers.firstValue(named: "x").map(text) == "y")
  }
}

@Suite struct `RFC 9113 section 5.5, extensions` {
  @Test func `may come at any place but inside a header block`() throws {
    #expect(
      try outcome(
        Frame(0x16, flags: 0xff, stream: 7, [1]), request(1), Frame(0x16, stream: 1, [1]),
        .data(1, [], end: true))
        == .answered([1]))
  }
}
