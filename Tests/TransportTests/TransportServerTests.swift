import EventLoop
import Glibc
import HTTP2
import RPC
import Synchronization
import Testing

@testable import Transport

@Suite struct `A transport server` {
  @Test func `answers a unary call over TCP and over a unix socket`() async throws {
    try await withServer { server, _ in
      let path = "/tmp/roster-transport-\(getpid()).sock"
      let addresses = [
        try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0")),
        try await server.listen(on: SocketAddress(parsing: "[::1]:0")),
        try await server.listen(on: SocketAddress(parsing: "unix:\(path)")),
      ]
      for address in addresses {
        let client = try await CallingClient(to: address, on: clientLoop)
        let answer = try await client.call("/test.Echo/Unary", [1, 2, 3])
        #expect(answer.body == [0, 0, 0, 0, 3, 1, 2, 3])
        #expect(answer.grpcStatus == "0")
        #expect(answer.httpStatus == 200)
        try await client.close()
      }
    }
  }

  @Test func `answers a megabyte both ways on many streams at once`() async throws {
    try await withServer { server, _ in
      let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      let client = try await CallingClient(to: address, on: clientLoop)
      let message = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let whole = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<16 {
          group.addTask {
            try await client.call("/test.Echo/Unary", message).body.dropFirst(5).elementsEqual(
              message)
          }
        }
        return try await group.reduce(true) { $0 && $1 }
      }
      #expect(whole)
      try await client.close()
    }
  }

  @Test func `tells an HTTP/1.1 client in one text what speaks here`() async throws {
    try await withServer { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port)
      peer.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
      let answer = String(decoding: peer.readToEnd(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 505 "))
      #expect(answer.contains("gRPC"))
      peer.close()
      #expect(await observer.nextEnd() == .http1)
    }
  }

  @Test func `reports a TLS handshake on a plain port`() async throws {
    try await withServer { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port)
      peer.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03])
      #expect(peer.readToEnd().isEmpty)
      peer.close()
      #expect(await observer.nextEnd() == .tlsMismatch)
    }
  }

  @Test func `ends a connection whose preface does not come in time`() async throws {
    var configuration = ServerConfiguration()
    configuration.prefaceTimeout = .milliseconds(50)
    try await withServer(configuration) { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port)
      peer.send(Array("PRI * HTTP/2.0\r\n".utf8))
      _ = peer.readToEnd()
      peer.close()
      #expect(await observer.nextEnd() == .prefaceTimeout)
    }
  }

  @Test func `ends a connection whose peer takes no byte of its answers`() async throws {
    var configuration = ServerConfiguration()
    configuration.writeStallTimeout = .milliseconds(200)
    try await withServer(configuration) { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port)
      // The preface, SETTINGS, then PINGs for whose answers nobody comes.
      peer.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
      let ping: [UInt8] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
      let pings = Array(repeatElement(ping, count: 512).joined())
      let sender = Thread { for _ in 0..<4_000 { peer.send(pings) } }
      #expect(await observer.nextEnd() != .prefaceTimeout)
      sender.join()
      peer.close()
    }
  }

  @Test func `finishes calls in flight when it shuts down, and takes no more`() async throws {
    try await withServer { server, observer in
      let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      let client = try await CallingClient(to: address, on: clientLoop)
      async let answer = client.call("/test.Echo/Slow", [9])
      await observer.slowCallBegan()
      async let shutdown: Void = server.shutdown(within: .seconds(20))
      observer.letSlowCallsEnd()
      let body = try await answer.body
      #expect(body == [0, 0, 0, 0, 1, 9])
      await shutdown
      #expect(server.connectionCount == 0)
      #expect(try await client.waitForEnd() == .peer)
      #expect(throws: (any Error).self) {
        _ = try RawPeer(port: address.portNumber)
      }
    }
  }

  @Test func `brings a peer its whole last answer, also one that talks while it reads`()
    async throws
  {
    try await withServer { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port, receiveBufferByteCount: 4_096)
      peer.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
      // SETTINGS with the largest window for streams, and as much for the connection.
      peer.send([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
      peer.send([0, 0, 4, 8, 0, 0, 0, 0, 0, 0x70, 0, 0, 0])
      // It acknowledges the server's SETTINGS, or it would be ended for that.
      peer.send([0, 0, 0, 4, 1, 0, 0, 0, 0])
      peer.send(RawPeer.request(path: "/test.Echo/Large", stream: 1))
      // The answer has begun to arrive, and fills the buffers between the two.
      let first = peer.read(byteCount: 65_536)
      async let shutdown: Void = server.shutdown(within: .seconds(20))
      var all = first
      while true {
        // WINDOW_UPDATE of the connection, by one.
        peer.send([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        let chunk = peer.read(byteCount: 65_536)
        if chunk.isEmpty { break }
        all += chunk
      }
      peer.close()
      await shutdown
      #expect(all.count > 4 << 20)
      #expect(await observer.nextEnd() == .finished)
    }
  }

  @Test func `ends a connection whose peer opens no window for an answer`() async throws {
    var configuration = ServerConfiguration()
    configuration.writeStallTimeout = .milliseconds(100)
    try await withServer(configuration) { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port)
      peer.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
      // SETTINGS_INITIAL_WINDOW_SIZE 0.
      peer.send([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0])
      peer.send(RawPeer.request(path: "/test.Echo/Large", stream: 1))
      _ = peer.readToEnd()
      peer.close()
      #expect(await observer.nextEnd() == .writeStalled)
    }
  }

  @Test func `ends a connection whose peer never acknowledges the settings`() async throws {
    var configuration = ServerConfiguration()
    configuration.settingsTimeout = .milliseconds(50)
    try await withServer(configuration) { server, observer in
      guard
        case .ipv4(_, let port) = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      else { return }
      let peer = try RawPeer(port: port)
      peer.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
      _ = peer.readToEnd()
      peer.close()
      #expect(await observer.nextEnd() == .settingsTimeout)
    }
  }

  @Test func `replaces a socket that nobody listens on, and never another file`() async throws {
    try await withServer { server, _ in
      let path = "/tmp/roster-transport-file-\(getpid())"
      close(open(path, O_CREAT | O_WRONLY, 0o600))
      defer { unlink(path) }
      let address = try SocketAddress(parsing: "unix:\(path)")
      await #expect(throws: SystemError("bind", code: EADDRINUSE)) {
        _ = try await server.listen(on: address)
      }
      #expect(access(path, F_OK) == 0)
    }
  }

  @Test func `cancels what still runs when the time to shut down is over`() async throws {
    try await withServer { server, observer in
      let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      let client = try await CallingClient(to: address, on: clientLoop)
      async let answer = client.call("/test.Echo/Slow", [9])
      await observer.slowCallBegan()
      await server.shutdown(within: .milliseconds(50))
      observer.letSlowCallsEnd()
      let reset = try await answer.reset
      #expect(reset != nil)
      #expect(server.connectionCount == 0)
    }
  }

  @Test func `closes one connection more than it may have`() async throws {
    var configuration = ServerConfiguration()
    configuration.connectionsMax = 2
    try await withServer(configuration) { server, _ in
      let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      let first = try await CallingClient(to: address, on: clientLoop)
      let second = try await CallingClient(to: address, on: clientLoop)
      #expect(try await first.call("/test.Echo/Unary", []).grpcStatus == "0")
      #expect(try await second.call("/test.Echo/Unary", []).grpcStatus == "0")
      let third = try await CallingClient(to: address, on: clientLoop)
      #expect(try await third.call("/test.Echo/Unary", []).grpcStatus == nil)
      try await first.close()
      try await second.close()
    }
  }

  @Test func `refuses a port that is taken`() async throws {
    try await withServer { server, _ in
      let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
      await #expect(throws: SystemError("bind", code: EADDRINUSE)) {
        _ = try await server.listen(on: address)
      }
    }
  }

  // MARK: The server under test

  private static let clients = try? EventLoopGroup(count: 1)

  private var clientLoop: EventLoop {
    get throws { try #require(Self.clients).loops[0] }
  }

  private func withServer(
    _ configuration: ServerConfiguration = ServerConfiguration(),
    _ body: (TransportServer, RecordingObserver) async throws -> Void
  ) async throws {
    let observer = RecordingObserver()
    let group = try EventLoopGroup(count: 2)
    let router = Router([
      Method(
        path: "/test.Echo/Unary", kind: .unary,
        body: .unary { request, _ throws(Status) in
          ResponseMessage(try request.bytes)
        }),
      Method(
        path: "/test.Echo/Large", kind: .unary,
        body: .unary { _, _ async throws(Status) in
          ResponseMessage([UInt8](repeating: 7, count: 4 << 20))
        }),
      Method(
        path: "/test.Echo/Slow", kind: .unary,
        body: .unary { request, _ throws(Status) in
          let bytes = try request.bytes
          await observer.holdSlowCall()
          return ResponseMessage(bytes)
        }),
    ])
    let server = TransportServer(
      group: group, router: router, configuration: configuration, observer: observer)
    try await body(server, observer)
    await server.shutdown(within: .milliseconds(100))
    group.stop()
  }
}

extension SocketAddress {
  var portNumber: UInt16 {
    switch self {
    case .ipv4(_, let port), .ipv6(_, _, let port): port
    case .unix: 0
    }
  }
}

/// A thread to be joined.
private final class Thread: @unchecked Sendable {
  // Safety: `body` is read by the thread only.
  private let body: @Sendable () -> Void
  private var handle = pthread_t()

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
    let context = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &handle, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Thread>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context)
  }

  func join() { pthread_join(handle, nil) }
}

/// Remembers how connections ended, and holds the slow calls until it is told to let them go.
final class RecordingObserver: ServerObserver {
  private struct State {
    var ends: [ConnectionEnd] = []
    var endWaiters: [CheckedContinuation<ConnectionEnd, Never>] = []
    var isSlowBegun = false
    var beganWaiters: [CheckedContinuation<Void, Never>] = []
    var isReleased = false
    var held: [UnsafeContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func connectionEnded(peer: String, _ end: ConnectionEnd) {
    let waiter = state.withLock { state -> CheckedContinuation<ConnectionEnd, Never>? in
      if !state.endWaiters.isEmpty { return state.endWaiters.removeFirst() }
      state.ends.append(end)
      return nil
    }
    waiter?.resume(returning: end)
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {}
  func requestRefused(peer: String, path: String, _ status: Status) {}
  func acceptFailed(_ reason: String) {}

  func nextEnd() async -> ConnectionEnd {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state -> ConnectionEnd? in
        if !state.ends.isEmpty { return state.ends.removeFirst() }
        state.endWaiters.append(continuation)
        return nil
      }
      if let end { continuation.resume(returning: end) }
    }
  }

  func holdSlowCall() async {
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      let (began, isReleased) = state.withLock { state in
        state.isSlowBegun = true
        if !state.isReleased { state.held.append(continuation) }
        defer { state.beganWaiters = [] }
        return (state.beganWaiters, state.isReleased)
      }
      for waiter in began { waiter.resume() }
      if isReleased { continuation.resume() }
    }
  }

  func slowCallBegan() async {
    await withCheckedContinuation { continuation in
      let isBegun = state.withLock { state in
        if !state.isSlowBegun { state.beganWaiters.append(continuation) }
        return state.isSlowBegun
      }
      if isBegun { continuation.resume() }
    }
  }

  func letSlowCallsEnd() {
    let held = state.withLock { state in
      state.isReleased = true
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }
}
