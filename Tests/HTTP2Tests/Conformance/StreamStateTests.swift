import HTTP2
import Testing

/// A stream that both sides have ended.
private func afterTheEnd(_ frames: Frame...) throws -> Outcome {
  let responder = try Responder()
  responder.send(request(1, end: true))
  return after(responder, frames)
}

/// A stream that the peer has reset.
private func afterTheirReset(_ frames: Frame...) throws -> Outcome {
  let responder = try Responder()
  responder.send(request(1), .reset(1, 8))
  return after(responder, frames)
}

/// A stream that the peer has ended and we have not.
private func halfClosed(_ frames: Frame...) throws -> Outcome {
  let responder = try Responder()
  responder.peer.onEnd = { _, _ in }
  responder.send(request(1, end: true))
  return after(responder, frames)
}

private func after(_ responder: Responder, _ frames: [Frame]) -> Outcome {
  let answers = responder.produced.count
  responder.send(frames.flatMap(\.bytes))
  let outcome = responder.outcome
  // What was answered before the frames in question is not theirs.
  if case .answered = outcome, responder.produced.count <= answers + 1 { return .ignored }
  return outcome
}

@Suite struct `RFC 9113 section 5.1, an idle stream` {
  @Test(
    arguments: [
      .data(1, [1]), .reset(1, 8), .windowUpdate(1, 100),
      Frame(9, flags: Frame.endHeaders, stream: 1, literals(requestFields)),
    ] as [Frame])
  func `takes nothing but HEADERS and PRIORITY`(_ frame: Frame) throws {
    #expect(try outcome(frame) == .connectionError(.protocolError))
  }

  @Test func `takes PRIORITY, which opens nothing`() throws {
    let responder = try Responder()
    responder.send(Frame(2, stream: 1, [0, 0, 0, 0, 255]))
    #expect(responder.outcome == .ignored)
    #expect(responder.peer.session.streamCount == 0)
    responder.send(request(1, end: true))
    #expect(responder.outcome == .answered([1]))
  }
}

@Suite struct `RFC 9113 section 5.1, a half-closed (remote) stream` {
  @Test(arguments: [.windowUpdate(1, 100), Frame(2, stream: 1, [0, 0, 0, 0, 255])] as [Frame])
  func `takes WINDOW_UPDATE and PRIORITY`(_ frame: Frame) throws {
    #expect(try halfClosed(frame) == .ignored)
  }

  @Test func `takes RST_STREAM`() throws {
    let responder = try Responder()
    responder.peer.onEnd = { _, _ in }
    responder.send(request(1, end: true), .reset(1, 8))
    #expect(responder.outcome == .ignored)
    #expect(responder.peer.events.last == "closed 1 8")
  }

  // §5.1 asks for a stream error STREAM_CLOSED at least; the library ends the connection.
  @Test(arguments: [.data(1, [1]), .data(1, []), request(1)] as [Frame])
  func `takes no DATA and no HEADERS`(_ frame: Frame) throws {
    #expect(try halfClosed(frame) == .connectionError(.streamClosed))
  }

  @Test func `takes no CONTINUATION`() throws {
    #expect(
      try halfClosed(Frame(9, flags: Frame.endHeaders, stream: 1, literals(requestFields)))
        == .connectionError(.protocolError))
  }
}

@Suite struct `RFC 9113 section 5.1, a closed stream` {
  @Test(arguments: [
    Frame(2, stream: 1, [0, 0, 0, 0, 255]), .windowUpdate(1, 100), .reset(1, 8),
  ])
  func `takes PRIORITY, WINDOW_UPDATE and RST_STREAM`(_ frame: Frame) throws {
    #expect(try afterTheEnd(frame) == .ignored)
    #expect(try afterTheirReset(frame) == .ignored)
  }

  @Test func `takes no HEADERS`() throws {
    #expect(try afterTheEnd(request(1)) == .connectionError(.streamClosed))
    #expect(try afterTheirReset(request(1)) == .connectionError(.streamClosed))
  }

  @Test func `takes no CONTINUATION`() throws {
    let frame = Frame(9, flags: Frame.endHeaders, stream: 1, literals(requestFields))
    #expect(try afterTheEnd(frame) == .connectionError(.protocolError))
    #expect(try afterTheirReset(frame) == .connectionError(.protocolError))
  }

  // §5.1 asks for STREAM_CLOSED. The library, told to forget closed streams, tells nobody of
  // DATA on one: it is charged to the connection's window and dropped.
  @Test func `drops DATA without a word`() throws {
    #expect(try afterTheEnd(.data(1, [1])) == .ignored)
    #expect(try afterTheirReset(.data(1, [1])) == .ignored)
  }

  @Test func `gives the connection's credit back for DATA that it dropped`() throws {
    let responder = try Responder()
    responder.send(request(1, end: true))
    let block = [UInt8](repeating: 0, count: 16_384)
    var credit = 0
    for _ in 0..<512 {
      for frame in responder.send(.data(1, block)) where frame.type == 8 {
        #expect(frame.stream == 0)
        credit += Int(frame.number())
      }
    }
    // 8 MiB were sent; all but the half of a window that is not yet worth a frame came back.
    #expect(credit >= 512 * 16_384 - 2_097_152)
  }

  @Test func `that we reset takes what was on its way`() throws {
    let responder = try Responder()
    responder.peer.onHeaders = { session, stream in session.reset(stream, .cancel) }
    responder.send(request(1))
    responder.send(
      .data(1, [1, 2, 3]), .windowUpdate(1, 1), .headers(1, literals([("a", "b")]), end: true))
    #expect(responder.outcome == .streamError(1, .cancel))
  }
}

@Suite struct `RFC 9113 section 5.1.1, stream identifiers` {
  @Test func `of a client are odd`() throws {
    #expect(try outcome(request(2)) == .connectionError(.protocolError))
  }

  // §5.1.1 asks for PROTOCOL_ERROR; to a server that keeps no closed streams, a lower one is one
  // of them (§5.1).
  @Test func `grow`() throws {
    #expect(try outcome(request(5), request(3)) == .connectionError(.streamClosed))
  }

  @Test func `may leave gaps up to the last`() throws {
    #expect(
      try outcome(request(101, end: true), request(0x7fff_ffff, end: true))
        == .answered([101, 0x7fff_ffff]))
  }

  @Test func `of streams cannot be 0`() throws {
    #expect(try outcome(request(0)) == .connectionError(.protocolError))
  }
}

@Suite struct `RFC 9113 section 5.1.2, concurrent streams` {
  private func opened(_ count: Int32) throws -> Responder {
    let responder = try Responder()
    responder.peer.onEnd = { _, _ in }
    for index in 0..<count { responder.send(request(index * 2 + 1, end: true)) }
    return responder
  }

  @Test func `may be 128`() throws {
    let responder = try opened(128)
    #expect(responder.outcome == .ignored)
    #expect(responder.peer.session.streamCount == 128)
  }

  // §5.1.2 allows a connection error once the limit is acknowledged.
  @Test func `past that end the connection when SETTINGS were acknowledged`() throws {
    #expect(try opened(129).outcome == .connectionError(.protocolError))
  }

  @Test func `past that are refused before SETTINGS are acknowledged`() throws {
    let peer = try ServerPeer(isGreeted: false)
    try peer.receive(preface + Frame.settings().bytes)
    for index in 0..<Int32(129) { try peer.receive(request(index * 2 + 1, end: true)) }
    let frames = try peer.produce()
    #expect(frames.last == .reset(257, 7))
    #expect(peer.streams[257] == nil)
  }
}
