import Crypto
import EventLoop
import Glibc
import RPC
import Synchronization

@testable import Transport

/// A server of TLS with what it told of itself.
struct TLSServer: Sendable {
  let transport: TransportServer
  let observer: HandshakeObserver
  let port: UInt16

  /// Runs `body` with a server of its own.
  static func with(
    _ credentials: TLSCredentials, clientCertificates: ClientCertificates = .none,
    loops: Int = 1, _ configuration: ServerConfiguration = ServerConfiguration(),
    _ body: (TLSServer) async throws -> Void
  ) async throws {
    let group = try EventLoopGroup(count: loops)
    let observer = HandshakeObserver()
    let router = Router([
      Method(
        path: "/test.Echo/Unary", kind: .unary,
        body: .unary { request, _ throws(Status) in ResponseMessage(try request.bytes) }),
      Method(
        path: "/test.Echo/Peer", kind: .unary,
        body: .unary { _, call in
          ResponseMessage(Array((call.connection.peerIdentity?.uri ?? "nobody").utf8))
        }),
    ])
    let transport = TransportServer(
      group: group, router: router, configuration: configuration, observer: observer)
    let address = try await transport.listen(
      on: SocketAddress(parsing: "127.0.0.1:0"),
      security: .tls(credentials, clientCertificates: clientCertificates))
    try await body(
      TLSServer(transport: transport, observer: observer, port: address.portNumber))
    await transport.shutdown(within: .milliseconds(100))
    group.stop()
  }
}

extension TLSCredentials {
  /// As they are now.
  static func load(_ files: TLSFiles, ring: KeyRing? = nil) throws -> TLSCredentials {
    try load(files, ring: ring, at: Int64(time(nil)))
  }
}

/// Keeps how handshakes and connections ended.
final class HandshakeObserver: ServerObserver {
  private struct State {
    var handshakes: [HandshakeFailure?] = []
    var ends: [ConnectionEnd] = []
    var waiter: CheckedContinuation<ConnectionEnd, Never>?
  }

  private let state = Mutex(State())

  /// Of every handshake so far, in the order of their ends; nil: it was agreed on.
  var handshakes: [HandshakeFailure?] { state.withLock { $0.handshakes } }

  /// The next end of a connection that nobody has taken yet.
  func nextEnd() async -> ConnectionEnd {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state -> ConnectionEnd? in
        guard state.ends.isEmpty else { return state.ends.removeFirst() }
        state.waiter = continuation
        return nil
      }
      if let end { continuation.resume(returning: end) }
    }
  }

  func handshakeEnded(peer: String, after duration: Duration, failure: HandshakeFailure?) {
    state.withLock { $0.handshakes.append(failure) }
  }

  func connectionEnded(peer: String, _ end: ConnectionEnd) {
    let waiter = state.withLock { state -> CheckedContinuation<ConnectionEnd, Never>? in
      defer { state.waiter = nil }
      if state.waiter == nil { state.ends.append(end) }
      return state.waiter
    }
    waiter?.resume(returning: end)
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {}
  func requestRefused(peer: String, path: String, _ status: Status) {}
  func acceptFailed(_ reason: String) {}
}
