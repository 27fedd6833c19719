import HTTP2

/// What a server made of some frames, in the terms of RFC 9113 §5.4.
enum Outcome: Equatable {
  /// GOAWAY with this code, after which the session takes no more.
  case connectionError(ErrorCode)
  /// RST_STREAM with this code; the connection lives on.
  case streamError(Int32, ErrorCode)
  /// These streams were answered to their end; the connection lives on.
  case answered([Int32])
  /// No stream was touched; the connection lives on.
  case ignored
  /// Neither error nor life: what no test expects.
  case dead
}

/// A server that answers every whole request with 200, two octets and trailers.
final class Responder {
  let peer: ServerPeer
  /// All that it produced since the handshake.
  private(set) var produced: [Frame] = []

  init(limits: SessionLimits = SessionLimits()) throws {
    peer = try ServerPeer(limits: limits)
    peer.onEnd = { session, stream in
      session.respond(stream, statusOK)
      session.write(stream, Array("ok".utf8))
      session.finish(stream, trailers: trailersOK)
    }
  }

  /// Gives it octets, and carries away what it says to them.
  @discardableResult
  func send(_ bytes: [UInt8]) -> [Frame] {
    let said: [Frame]
    do {
      try peer.receive(bytes)
      said = try peer.produce()
    } catch {
      said = peer.lastWords()
    }
    produced += said
    return said
  }

  @discardableResult
  func send(_ frames: Frame...) -> [Frame] {
    send(frames.flatMap(\.bytes))
  }

  /// What became of everything sent so far; a PING shows whether the connection lives.
  var outcome: Outcome {
    let isAlive = send(.ping(0x6c69_7665)) == [.ping(0x6c69_7665, isAck: true)]
    if let goaway = produced.first(where: { $0.type == 7 }) {
      let code = ErrorCode(rawValue: goaway.number(at: 4))
      return isAlive || !peer.session.isFinished ? .dead : .connectionError(code)
    }
    guard isAlive else { return .dead }
    if let reset = produced.first(where: { $0.type == 3 && $0.number() != 0 }) {
      return .streamError(reset.stream, ErrorCode(rawValue: reset.number()))
    }
    let ended = produced.filter { $0.type == 1 && $0.flags & Frame.endStream != 0 }
    return ended.isEmpty ? .ignored : .answered(ended.map(\.stream))
  }
}

/// What a fresh server makes of `frames`.
func outcome(_ frames: Frame...) throws -> Outcome {
  let responder = try Responder()
  responder.send(frames.flatMap(\.bytes))
  return responder.outcome
}

/// What a fresh server makes of a request of these fields, alone.
func outcome(ofFields fields: [(String, String)]) throws -> Outcome {
  try outcome(.headers(1, literals(fields), end: true))
}
