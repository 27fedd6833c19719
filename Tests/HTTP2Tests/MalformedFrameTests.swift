import HTTP2
import Testing

@Suite struct `Malformed frames` {
  private static let lengths = Array(0...20)
  private static let flags: [UInt8] = [0, 1, 4, 5, 8, 0x0d, 0x2c, 0xff]
  private static let ids: [Int32] = [0, 1, 2, 0x7fff_ffff]

  /// Types of RFC 9113, ALTSVC, ORIGIN, PRIORITY_UPDATE and two unknown ones.
  @Test(arguments: Array(0...0x0d) + [0x10, 0xfa, 0xff])
  func `of any length, flags and stream end in an error or nothing`(_ type: UInt8) throws {
    for length in Self.lengths {
      for flags in Self.flags {
        for id in Self.ids {
          for fill: UInt8 in [0, 0x82] {
            try feed(Frame(type, flags: flags, stream: id, [UInt8](repeating: fill, count: length)))
          }
        }
      }
    }
  }

  private func feed(_ frame: Frame) throws {
    let peer = try ServerPeer()
    peer.onEnd = { session, stream in session.respondOnly(stream, trailersOnly) }
    do {
      try peer.receive(request(1))
      try peer.receive(frame)
      try peer.receive(.data(1, [1], end: true))
      _ = try peer.produce()
    } catch is SessionError {
      _ = peer.lastWords()
    }
    peer.session.abandon()
    #expect(peer.session.streamCount == 0)
    let closings = peer.events.filter { $0.hasPrefix("closed") }
    #expect(Set(closings).count == closings.count)
  }

  @Test func `of random octets after a good beginning never trap`() throws {
    var random = SplitMix(state: 0x5eed)
    for _ in 0..<1000 {
      let peer = try ServerPeer()
      peer.onHeaders = { session, stream in
        session.respond(stream, statusOK)
        session.write(stream, [UInt8](repeating: 1, count: 20_000))
      }
      peer.onEnd = { session, stream in session.finish(stream, trailers: trailersOK) }
      var bytes: [UInt8] = []
      for _ in 0..<8 {
        var frame = [
          request(1), request(3, end: true), .data(1, [1, 2, 3]), .ping(1),
          .windowUpdate(1, 9), .settings([(4, 99)]), .reset(1, 8), .headers(1, [0x82], end: true),
        ].randomElement(using: &random)!.bytes
        if random.next() % 2 == 0 {
          frame[Int(random.next() % UInt64(frame.count))] ^= UInt8(
            truncatingIfNeeded: random.next())
        }
        bytes += frame
      }
      do {
        try peer.receive(bytes)
        _ = try peer.produce()
      } catch is SessionError {
        _ = peer.lastWords()
      }
      peer.session.abandon()
      #expect(peer.session.streamCount == 0)
    }
  }

  @Test(arguments: [UInt8(5), 6, 250])
  func `padding longer than the frame ends the connection`(_ padding: UInt8) throws {
    let peer = try ServerPeer()
    try peer.receive(
      request(1), Frame(0, flags: Frame.padded, stream: 1, [padding, 1, 2, 3, 4]))
    #expect(try peer.produce().last?.type == 7)
  }
}

/// A reproducible source of random numbers.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
