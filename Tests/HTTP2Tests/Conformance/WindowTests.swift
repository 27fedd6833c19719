import HTTP2
import Testing

private func octetsOfData(_ frames: [Frame], on stream: Int32) -> Int {
  frames.filter { $0.type == 0 && $0.stream == stream }.map(\.payload.count).reduce(0, +)
}

@Suite struct `RFC 9113 section 6.9, WINDOW_UPDATE` {
  @Test func `of 0 is an error of the connection`() throws {
    #expect(try outcome(.windowUpdate(0, 0)) == .connectionError(.protocolError))
  }

  // §6.9 asks for a stream error; the library ends the connection.
  @Test func `of 0 for a stream is an error`() throws {
    #expect(try outcome(request(1), .windowUpdate(1, 0)) == .connectionError(.protocolError))
  }

  @Test(arguments: [0, 3, 5]) func `is of 4 octets`(_ length: Int) throws {
    #expect(
      try outcome(Frame(8, [UInt8](repeating: 0, count: length)))
        == .connectionError(.frameSizeError))
  }

  @Test func `has its reserved bit ignored`() throws {
    #expect(try outcome(.windowUpdate(0, 0x8000_0001)) == .ignored)
  }
}

@Suite struct `RFC 9113 section 6.9.1, the window` {
  @Test func `bounds what we send to the octet`() throws {
    let responder = try Responder()
    responder.send(.settings([(4, 1)]), request(1, end: true))
    #expect(octetsOfData(responder.produced, on: 1) == 1)
    responder.send(.windowUpdate(1, 1))
    #expect(octetsOfData(responder.produced, on: 1) == 2)
    #expect(responder.outcome == .answered([1]))
  }

  @Test func `of the connection is at most 2³¹-1`() throws {
    #expect(
      try outcome(.windowUpdate(0, 0x7fff_ffff), .windowUpdate(0, 0x7fff_ffff))
        == .connectionError(.flowControlError))
  }

  @Test func `of a stream is at most 2³¹-1`() throws {
    #expect(
      try outcome(request(1), .windowUpdate(1, 0x7fff_ffff), .windowUpdate(1, 0x7fff_ffff))
        == .streamError(1, .flowControlError))
  }

  @Test func `of ours may be used up and not passed`() throws {
    var limits = SessionLimits()
    limits.streamWindowSize = 16_384
    limits.connectionWindowSize = 65_535
    let block = [UInt8](repeating: 0, count: 16_384)
    let full = try Responder(limits: limits)
    full.peer.onData = { _, _, _ in }
    full.send(request(1), .data(1, block))
    #expect(full.outcome == .ignored)
    full.send(.data(1, [1]))
    #expect(full.outcome == .streamError(1, .flowControlError))
  }

  @Test func `counts padding`() throws {
    var limits = SessionLimits()
    limits.streamWindowSize = 10
    let responder = try Responder(limits: limits)
    responder.peer.onData = { _, _, _ in }
    responder.send(
      request(1), Frame(0, flags: Frame.padded, stream: 1, [9, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    #expect(responder.outcome == .streamError(1, .flowControlError))
  }
}

@Suite struct `RFC 9113 section 6.9.2, the initial window` {
  @Test func `changes streams that are open`() throws {
    let responder = try Responder()
    responder.send(.settings([(4, 0)]), request(1, end: true))
    #expect(octetsOfData(responder.produced, on: 1) == 0)
    responder.send(.settings([(4, 1)]))
    #expect(octetsOfData(responder.produced, on: 1) == 1)
  }

  @Test func `may make a window negative, which then fills up`() throws {
    let responder = try Responder()
    responder.peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, [UInt8](repeating: 1, count: 10))
      session.finish(stream, trailers: trailersOK)
    }
    responder.send(.settings([(4, 3)]), request(1, end: true))
    #expect(octetsOfData(responder.produced, on: 1) == 3)
    // 3 are out, 2 allowed: the window is -1.
    responder.send(.settings([(4, 2)]), .windowUpdate(1, 1))
    #expect(octetsOfData(responder.produced, on: 1) == 3)
    responder.send(.windowUpdate(1, 1))
    #expect(octetsOfData(responder.produced, on: 1) == 4)
  }

  // §6.9.2 asks for a connection error; the library resets the stream.
  @Test func `that brings a window past 2³¹-1 is an error`() throws {
    let made = try outcome(
      .settings([(4, 65_535)]), request(1), .windowUpdate(1, 0x7fff_ffff - 65_535),
      .settings([(4, 65_536)]))
    #expect(made == .streamError(1, .flowControlError))
  }
}

@Suite struct `RFC 9113 section 6.10, CONTINUATION` {
  private let block = literals(requestFields)

  private func begin(_ count: Int = 10) -> Frame {
    Frame(1, flags: Frame.endStream, stream: 1, Array(block[..<count]))
  }

  private func more(_ part: ArraySlice<UInt8>, end: Bool = false, stream: Int32 = 1) -> Frame {
    Frame(9, flags: end ? Frame.endHeaders : 0, stream: stream, Array(part))
  }

  @Test func `goes on with the block`() throws {
    #expect(try outcome(begin(), more(block[10...], end: true)) == .answered([1]))
    #expect(
      try outcome(begin(), more(block[10..<30]), more(block[30...], end: true))
        == .answered([1]))
    #expect(try outcome(begin(0), more(block[...], end: true)) == .answered([1]))
  }

  @Test func `may cut the block between any two octets`() throws {
    for count in 0...block.count {
      #expect(
        try outcome(begin(count), more(block[count...], end: true)) == .answered([1]))
    }
  }

  @Test func `is followed by another or by the end of the block`() throws {
    #expect(
      try outcome(begin(), more(block[10..<30]), .data(1, [1]))
        == .connectionError(.protocolError))
  }

  @Test(arguments: [Int32(0), 3]) func `stays on its stream`(_ id: Int32) throws {
    #expect(
      try outcome(begin(), more(block[10...], end: true, stream: id))
        == .connectionError(.protocolError))
  }

  @Test func `needs a block that is open`() throws {
    let end = more(block[...], end: true)
    #expect(try outcome(end) == .connectionError(.protocolError))
    #expect(try outcome(request(1), end) == .connectionError(.protocolError))
    #expect(
      try outcome(begin(), more(block[10...], end: true), end)
        == .connectionError(.protocolError))
    #expect(try outcome(request(1), .data(1, [1]), end) == .connectionError(.protocolError))
  }
}
