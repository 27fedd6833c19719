import HTTP2
import RPC
import Testing

/// Every way in which a call is given up, at every stage it can be in, by literal frames.
@Suite struct `A call that is given up` {
  /// Where the call stands.
  enum Stage: String, CaseIterable, Sendable {
    case headersOnly, partOfMessage, handlerReads, handlerIsDeaf
    case streamWindowFull, connectionWindowFull, socketFull

    var isStarted: Bool { self != .headersOnly && self != .partOfMessage }
    var isWriting: Bool {
      self == .streamWindowFull || self == .connectionWindowFull || self == .socketFull
    }

    fileprivate var path: String {
      if !isStarted { return "/test.Echo/Unary" }
      if isWriting { return "/test.Echo/Stream" }
      return self == .handlerReads ? "/test.Echo/Converse" : "/test.Echo/Wait"
    }
  }

  enum End: String, CaseIterable, Sendable {
    case reset, deadline, connectionLost

    fileprivate var code: StatusCode { self == .deadline ? .deadlineExceeded : .cancelled }
  }

  private static let connectionWindow = RawFrames.frame(type: 8, stream: 0, [0, 0x10, 0, 0])
  /// SETTINGS_INITIAL_WINDOW_SIZE 1 MiB.
  private static let streamWindows = RawFrames.frame(type: 4, stream: 0, [0, 4, 0, 0x10, 0, 0])
  private static let resetCancel = RawFrames.frame(type: 3, stream: 1, [0, 0, 0, 8])

  /// Writes for ever, and deaf methods wait for the gate.
  private static func methods(_ gate: Gate) -> [Method] {
    Methods.all + [
      Methods.waiting(on: gate),
      Methods.bidirectional { call async throws(Status) in
        while true { try await call.send(ResponseMessage([UInt8](repeating: 1, count: 10_000))) }
      },
    ]
  }

  /// A server with one call at that stage.
  private static func exchange(at stage: Stage, _ gate: Gate) throws -> Exchange {
    let exchange = try Exchange(methods(gate))
    var bytes = RawFrames.preface
    switch stage {
    case .streamWindowFull: bytes += RawFrames.settings + connectionWindow
    case .connectionWindowFull: bytes += streamWindows
    case .socketFull: bytes += streamWindows + connectionWindow
    default: bytes += RawFrames.settings
    }
    bytes += RawFrames.headers(
      stream: 1,
      [
        (":method", "POST"), (":scheme", "http"), (":path", stage.path), (":authority", "a"),
        ("content-type", "application/grpc"), ("grpc-timeout", "1S"),
      ])
    if stage == .partOfMessage { bytes += RawFrames.data(stream: 1, [0, 0, 0, 0, 9, 1]) }
    exchange.give(bytes)
    exchange.host.loop.run()
    // A socket that takes nothing is one that nothing is produced for.
    guard stage != .socketFull else { return exchange }
    var output = OutputBuffer()
    while try exchange.produceAll(into: &output) { exchange.host.loop.run() }
    return exchange
  }

  @Test(arguments: Stage.allCases, End.allCases)
  func `leaves nothing behind`(stage: Stage, end: End) throws {
    let gate = Gate()
    let exchange = try Self.exchange(at: stage, gate)
    let host = exchange.host
    #expect(host.startCount == (stage.isStarted ? 1 : 0))
    #expect(host.ended.isEmpty)
    #expect(exchange.server.callCount == 1)
    #expect((exchange.server.queuedByteCount > 0) == stage.isWriting)

    switch end {
    case .reset: exchange.give(Self.resetCancel)
    case .deadline: host.advance(by: 1_000_000_000)
    case .connectionLost: exchange.server.disconnected()
    }
    host.loop.run()
    if stage == .handlerIsDeaf {
      #expect(exchange.server.callCount == 1)
      gate.open()
      host.loop.run()
    }

    #expect(host.ended == (stage.isStarted ? [end.code] : []))
    #expect(host.refused.map(\.code) == (stage.isStarted ? [] : [end.code]))
    #expect(exchange.server.callCount == 0)
    #expect(host.deadlines.isEmpty)
    var output = OutputBuffer()
    _ = try exchange.produceAll(into: &output)
    #expect(exchange.server.queuedByteCount == 0)
    #expect(exchange.server.isIdle)
  }

  @Test(arguments: Stage.allCases)
  func `is told so when its deadline has passed`(stage: Stage) throws {
    let gate = Gate()
    let exchange = try Self.exchange(at: stage, gate)
    exchange.host.advance(by: 1_000_000_000)
    exchange.host.loop.run()
    gate.open()
    exchange.host.loop.run()
    var output = OutputBuffer()
    _ = try exchange.produceAll(into: &output)
    let frames = RawFrames.parse(output.withUnsafeBytes { Array($0) }).filter { $0.stream == 1 }
    if stage.isWriting {
      // A message is on the wire in part, and a status would wait behind it.
      #expect(frames.last?.type == 3)
      #expect(frames.last?.payload == [0, 0, 0, 8])
      #expect(!frames.contains { $0.type == 1 && $0.flags & 1 == 1 })
    } else {
      // Trailers-only, and RST_STREAM NO_ERROR to a peer who was not done (RFC 9113 §8.1).
      #expect(frames.map(\.type) == [1, 3])
      #expect(frames.first?.flags == 5)
      #expect(frames.last?.payload == [0, 0, 0, 0])
    }
  }

  @Test(arguments: Stage.allCases)
  func `gets no frame after its reset`(stage: Stage) throws {
    let gate = Gate()
    let exchange = try Self.exchange(at: stage, gate)
    exchange.give(Self.resetCancel)
    exchange.host.loop.run()
    gate.open()
    exchange.host.loop.run()
    var output = OutputBuffer()
    _ = try exchange.produceAll(into: &output)
    let frames = RawFrames.parse(output.withUnsafeBytes { Array($0) })
    #expect(!frames.contains { $0.stream == 1 && $0.type == 0 })
    #expect(exchange.outcome == .open)
  }
}

/// Once its handler has ended, a call is an answer that waits for room.
@Suite struct `An answer whose handler has ended` {
  private static let large = Methods.unary { _, _ async throws(Status) in
    ResponseMessage([UInt8](repeating: 1, count: 100_000))
  }

  /// 65,535 of its octets are out, the peer's windows are full.
  private static func exchange() throws -> Exchange {
    let exchange = try Exchange([large])
    let head = RawFrames.headers(
      stream: 1,
      [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Unary"),
        (":authority", "a"), ("content-type", "application/grpc"), ("grpc-timeout", "1S"),
      ])
    exchange.give(
      RawFrames.preface + RawFrames.settings + head
        + RawFrames.data(stream: 1, endStream: true, [0, 0, 0, 0, 0]))
    var output = OutputBuffer()
    while try exchange.produceAll(into: &output) { exchange.host.loop.run() }
    #expect(exchange.host.ended == [.ok])
    #expect(exchange.server.callCount == 0)
    #expect(exchange.server.queuedByteCount == 100_005 - 65_535)
    return exchange
  }

  @Test func `is dropped by a reset`() throws {
    let exchange = try Self.exchange()
    exchange.give(RawFrames.frame(type: 3, stream: 1, [0, 0, 0, 8]))
    #expect(exchange.server.queuedByteCount == 0)
    #expect(exchange.server.isIdle)
    #expect(exchange.host.ended == [.ok])
  }

  @Test func `is dropped with its connection`() throws {
    let exchange = try Self.exchange()
    exchange.server.disconnected()
    #expect(exchange.server.queuedByteCount == 0)
    #expect(exchange.server.isIdle)
  }

  @Test func `is finished for a peer who reads on after the deadline`() throws {
    let exchange = try Self.exchange()
    #expect(exchange.host.deadlines.isEmpty)
    exchange.host.advance(by: 2_000_000_000)
    exchange.give(
      RawFrames.frame(type: 8, stream: 0, [0, 1, 0, 0])
        + RawFrames.frame(type: 8, stream: 1, [0, 1, 0, 0]))
    var output = OutputBuffer()
    _ = try exchange.produceAll(into: &output)
    let frames = RawFrames.parse(output.withUnsafeBytes { Array($0) }).filter { $0.stream == 1 }
    #expect(frames.last?.type == 1)
    #expect(frames.last?.flags == 5)
    #expect(exchange.server.isIdle)
  }
}

extension Exchange {
  /// - Returns: whether anything was produced.
  fileprivate func produceAll(into output: inout OutputBuffer) throws -> Bool {
    let before = output.count
    while server.produce(into: &output, upTo: output.count + 1 << 16) == .more {}
    return output.count > before
  }
}
