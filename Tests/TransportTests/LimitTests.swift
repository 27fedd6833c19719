import EventLoop
import HTTP2
import RPC
import Synchronization
import Testing

@testable import Transport

@Suite struct `Limits of a connection` {
  private let greeting: [UInt8] =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    + [0, 0, 0, 4, 1, 0, 0, 0, 0]

  /// Type, and error code of GOAWAY.
  private struct Frame {
    let type: UInt8
    let payload: [UInt8]
    var text: String { String(decoding: payload.dropFirst(8), as: UTF8.self) }
    var code: UInt8 { payload.count >= 8 ? payload[7] : 255 }
  }

  private func frames(_ bytes: [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      frames.append(Frame(type: head[3], payload: Array(rest.dropFirst(9).prefix(length))))
      rest = rest.dropFirst(9 + length)
    }
    return frames
  }

  private func goaways(_ bytes: [UInt8]) -> [Frame] { frames(bytes).filter { $0.type == 7 } }

  @Test func `say goodbye twice to a peer that does not call`() async throws {
    try await withServer {
      $0.idleTimeout = .milliseconds(20)
      $0.drainAckTimeout = .milliseconds(20)
    } body: { port, _, observer in
      let peer = try RawPeer(port: port)
      peer.send(greeting)
      let goaways = goaways(peer.readToEnd())
      #expect(goaways.map(\.code) == [0, 0])
      #expect(goaways.last?.text == "max_idle")
      peer.close()
      #expect(await observer.nextEnd() == .idle)
    }
  }

  @Test func `end an old connection whose call goes on, after its grace`() async throws {
    try await withServer {
      $0.connectionAgeMax = .milliseconds(20)
      $0.drainAckTimeout = .milliseconds(20)
      $0.connectionAgeGrace = .milliseconds(50)
      $0.ageJitter = { 1 }
    } body: { port, _, observer in
      let peer = try RawPeer(port: port)
      peer.send(greeting + RawPeer.request(path: "/test.Echo/Hold", stream: 1))
      let bytes = peer.readToEnd()
      #expect(goaways(bytes).map(\.text).contains("max_age"))
      // The call was told: trailers-only UNAVAILABLE.
      #expect(frames(bytes).contains { $0.type == 1 })
      peer.close()
      #expect(await observer.nextEnd() == .aged)
    }
  }

  @Test func `close a peer that does not answer a keepalive`() async throws {
    try await withServer {
      $0.keepaliveTime = .milliseconds(20)
      $0.keepaliveTimeout = .milliseconds(50)
    } body: { port, _, observer in
      let peer = try RawPeer(port: port)
      peer.send(greeting)
      let pings = frames(peer.readToEnd()).filter { $0.type == 6 }
      #expect(pings.count == 1)
      peer.close()
      #expect(await observer.nextEnd() == .keepaliveTimeout)
    }
  }

  @Test func `close a peer whose header block has no end`() async throws {
    try await withServer {
      $0.headerBlockTimeout = .milliseconds(50)
    } body: { port, _, observer in
      let peer = try RawPeer(port: port)
      peer.send(greeting + [0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83])
      #expect(goaways(peer.readToEnd()).map(\.text) == ["header_block"])
      peer.close()
      #expect(await observer.nextEnd() == .headerBlockTimeout)
    }
  }

  @Test func `warn and close a peer that floods, and count it`() async throws {
    try await withServer { _ in
    } body: { port, _, observer in
      let peer = try RawPeer(port: port)
      peer.send(greeting + RawPeer.request(path: "/test.Echo/Hold", stream: 1))
      let ping: [UInt8] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
      peer.send(Array(repeatElement(ping, count: 21).joined()))
      let goaway = try #require(goaways(peer.readToEnd()).last)
      #expect(goaway.code == 11)
      #expect(goaway.text == "too_many_pings")
      peer.close()
      #expect(await observer.nextEnd() == .abuse(.ping))
      #expect(observer.warnings == [.ping])
      #expect(observer.closings == [.ping])
      #expect(observer.counted.map { $0.count(of: .ping) } == [21])
    }
  }

  @Test func `close the connection that holds most when the process holds too much`()
    async throws
  {
    try await withServer {
      $0.processMemoryMax = 2 * ServerConnection.idleByteCount + (1 << 20)
    } body: { port, address, observer in
      let client = try await CallingClient(to: address, on: clientLoop)
      let peer = try RawPeer(port: port)
      // An answer of 4 MiB, and a window of the stream that holds it back.
      peer.send(greeting + RawPeer.request(path: "/test.Echo/Large", stream: 1))
      #expect(goaways(peer.readToEnd()).map(\.text) == ["memory"])
      peer.close()
      #expect(await observer.nextEnd() == .memoryExhausted)
      #expect(try await client.call("/test.Echo/Unary", [1]).grpcStatus == "0")
      try await client.close()
    }
  }

  @Test func `tell of refused connections once a second at most`() async throws {
    try await withServer {
      $0.connectionsMax = 1
    } body: { port, address, observer in
      let client = try await CallingClient(to: address, on: clientLoop)
      #expect(try await client.call("/test.Echo/Unary", [1]).grpcStatus == "0")
      for _ in 0..<200 {
        let peer = try RawPeer(port: port)
        #expect(peer.readToEnd().isEmpty)
        peer.close()
      }
      try await client.close()
      #expect(observer.refusals.first == 1)
      #expect(observer.refusals.count < 100)
    }
  }

  // MARK: The server under test

  private static let clients = try? EventLoopGroup(count: 1)

  private var clientLoop: EventLoop {
    get throws { try #require(Self.clients).loops[0] }
  }

  private func withServer(
    _ change: (inout ServerConfiguration) -> Void,
    body: (UInt16, SocketAddress, LimitObserver) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration()
    change(&configuration)
    let observer = LimitObserver()
    let group = try EventLoopGroup(count: 2)
    let router = Router([
      Method(
        path: "/test.Echo/Unary", kind: .unary,
        body: .unary { request, _ async throws(Status) in ResponseMessage(try request.bytes) }),
      Method(
        path: "/test.Echo/Large", kind: .unary,
        body: .unary { _, _ async throws(Status) in
          ResponseMessage([UInt8](repeating: 7, count: 4 << 20))
        }),
      Method(
        path: "/test.Echo/Hold", kind: .unary,
        body: .unary { _, _ async throws(Status) in
          // Until it is cancelled.
          let (never, continuation) = AsyncStream.makeStream(of: Never.self)
          for await _ in never {}
          continuation.finish()
          return ResponseMessage([])
        }),
    ])
    let server = TransportServer(
      group: group, router: router, configuration: configuration, observer: observer)
    let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
    try await body(address.portNumber, address, observer)
    await server.shutdown(within: .milliseconds(100))
    group.stop()
  }
}

/// Remembers what limits did.
private final class LimitObserver: ServerObserver {
  private struct State {
    var warnings: [AbuseVector] = []
    var closings: [AbuseVector] = []
    var counted: [AbuseLedger] = []
    var refusals: [Int] = []
  }

  private let ends = RecordingObserver()
  private let state = Mutex(State())

  var warnings: [AbuseVector] { state.withLock { $0.warnings } }
  var closings: [AbuseVector] { state.withLock { $0.closings } }
  var counted: [AbuseLedger] { state.withLock { $0.counted } }
  var refusals: [Int] { state.withLock { $0.refusals } }

  func nextEnd() async -> ConnectionEnd { await ends.nextEnd() }

  func connectionEnded(peer: String, _ end: ConnectionEnd) {
    ends.connectionEnded(peer: peer, end)
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {}
  func requestRefused(peer: String, path: String, _ status: Status) {}
  func acceptFailed(_ reason: String) {}

  func abuseWarned(peer: String, _ vector: AbuseVector) {
    state.withLock { $0.warnings.append(vector) }
  }

  func abuseClosed(peer: String, _ vector: AbuseVector) {
    state.withLock { $0.closings.append(vector) }
  }

  func connectionCounted(_ ledger: AbuseLedger) {
    state.withLock { $0.counted.append(ledger) }
  }

  func connectionsRefused(_ count: Int) {
    state.withLock { $0.refusals.append(count) }
  }
}
