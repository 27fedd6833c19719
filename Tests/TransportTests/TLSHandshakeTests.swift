import COpenSSL
import Crypto
import Testing

@testable import Transport

@Suite struct `A listener of TLS` {
  private func credentials() throws -> TLSCredentials {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    return try TLSCredentials.load(authority.files())
  }

  @Test(arguments: [(TLS1_3_VERSION, "TLSv1.3"), (TLS1_2_VERSION, "TLSv1.2")])
  func `answers calls over TLS 1.3 and 1.2`(maximum: CInt, version: String) async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port) {
        SSL_CTX_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(maximum), nil)
      }
      #expect(peer.connect())
      #expect(peer.version == version)
      #expect(peer.call("/test.Echo/Peer").contains("nobody"))
      #expect(server.observer.handshakes == [nil])
    }
  }

  @Test func `knows nothing older than TLS 1.2`() async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port) {
        SSL_CTX_ctrl($0, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
        SSL_CTX_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
        SSL_CTX_set_cipher_list($0, "ALL:@SECLEVEL=0")
      }
      #expect(!peer.connect())
      #expect(await server.observer.nextEnd() == .handshakeFailed(.versionUnsupported))
    }
  }

  @Test(arguments: [
    "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA",
    "DHE-RSA-AES128-GCM-SHA256",
  ])
  func `takes no cipher of TLS 1.2 without forward secrecy and authenticated encryption`(
    cipher: String
  ) async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port) {
        SSL_CTX_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_set_cipher_list($0, cipher)
      }
      #expect(!peer.connect())
      #expect(await server.observer.nextEnd() == .handshakeFailed(.nothingShared))
    }
  }

  @Test(arguments: [["http/1.1"], ["h2c", "h"], []])
  func `refuses a client that does not offer h2`(protocols: [String]) async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port, protocols: protocols)
      #expect(!peer.connect())
      #expect(await server.observer.nextEnd() == .handshakeFailed(.noApplicationProtocol))
      #expect(server.observer.handshakes == [.noApplicationProtocol])
    }
  }

  @Test func `takes h2 from among what a client offers`() async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port, protocols: ["http/1.1", "h2"])
      #expect(peer.connect())
      #expect(peer.call("/test.Echo/Peer").contains("nobody"))
    }
  }

  @Test func `leaves nothing of a connection that ends at once to the next`() async throws {
    try await TLSServer.with(try credentials()) { server in
      for _ in 0..<8 {
        let hasty = try TLSPeer(port: server.port)
        #expect(hasty.connect())
      }
      let peer = try TLSPeer(port: server.port)
      #expect(peer.connect())
      #expect(peer.call("/test.Echo/Peer").contains("nobody"))
    }
  }

  @Test func `tells an HTTP/1.1 client without TLS that this port speaks it`() async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try RawPeer(port: server.port)
      peer.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
      let answer = String(decoding: peer.readToEnd(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 "))
      #expect(answer.contains("TLS"))
      peer.close()
      #expect(await server.observer.nextEnd() == .handshakeFailed(.plaintext))
    }
  }

  @Test func `tells an HTTP/2 client without TLS in a GOAWAY`() async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try RawPeer(port: server.port)
      peer.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
      let answer = peer.readToEnd()
      #expect(answer.prefix(9).elementsEqual([0, 0, 28, 7, 0, 0, 0, 0, 0]))
      #expect(answer.contains("this port speaks TLS"))
      peer.close()
      #expect(await server.observer.nextEnd() == .handshakeFailed(.plaintext))
    }
  }

  @Test func `ends a connection whose peer renegotiates`() async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port) {
        SSL_CTX_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
      }
      #expect(peer.connect())
      SSL_renegotiate(peer.ssl)
      SSL_do_handshake(peer.ssl)
      #expect(
        await server.observer.nextEnd() == .tlsBroken("the peer renegotiates (TLS 1.2)"))
    }
  }

  @Test func `bears 32 KeyUpdates without data, and no more`() async throws {
    try await TLSServer.with(try credentials()) { server in
      let peer = try TLSPeer(port: server.port)
      #expect(peer.connect())
      let update = {
        SSL_key_update(peer.ssl, SSL_KEY_UPDATE_REQUESTED)
        SSL_do_handshake(peer.ssl)
      }
      for _ in 0..<TLSSession.keyUpdatesMax { update() }
      #expect(peer.call("/test.Echo/Peer").contains("nobody"))
      update()
      #expect(await server.observer.nextEnd() == .tlsBroken("more than 32 KeyUpdates"))
    }
  }
}

@Suite struct `Handshakes` {
  private func credentials() throws -> TLSCredentials {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    return try TLSCredentials.load(authority.files())
  }

  @Test(arguments: [[], [0x16], [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]] as [[UInt8]])
  func `that are not done in time are ended`(begun: [UInt8]) async throws {
    var configuration = ServerConfiguration()
    configuration.handshakeTimeout = .milliseconds(50)
    try await TLSServer.with(try credentials(), configuration) { server in
      let peer = try RawPeer(port: server.port)
      peer.send(begun)
      _ = peer.readToEnd()
      peer.close()
      #expect(await server.observer.nextEnd() == .handshakeFailed(.timeout))
    }
  }

  @Test func `done in time leave the preface a time of its own`() async throws {
    var configuration = ServerConfiguration()
    configuration.prefaceTimeout = .milliseconds(50)
    try await TLSServer.with(try credentials(), configuration) { server in
      let peer = try TLSPeer(port: server.port)
      #expect(peer.connect())
      #expect(await server.observer.nextEnd() == .prefaceTimeout)
    }
  }

  @Test func `past those in flight wait, and past those that wait are refused`() async throws {
    var configuration = ServerConfiguration()
    configuration.handshakesInFlightMax = 1
    configuration.handshakesWaitingMax = 1
    configuration.handshakePatience = .seconds(60)
    configuration.handshakeTimeout = .seconds(60)
    try await TLSServer.with(try credentials(), configuration) { server in
      let peers = try (0..<3).map { _ in
        let peer = try RawPeer(port: server.port)
        peer.send([0x16])
        return peer
      }
      #expect(await server.observer.nextEnd() == .handshakeFailed(.full))
      #expect(peers[2].readToEnd().isEmpty)
      // The second follows the first, and a fourth the second.
      for peer in peers.dropLast() {
        peer.close()
        #expect(await server.observer.nextEnd() == .handshakeFailed(.peerClosed))
      }
      let last = try TLSPeer(port: server.port)
      #expect(last.connect())
      #expect(last.call("/test.Echo/Peer").contains("nobody"))
      peers[2].close()
    }
  }

  @Test func `that dawdle make room for those that wait`() async throws {
    var configuration = ServerConfiguration()
    configuration.handshakesInFlightMax = 1
    configuration.handshakePatience = .milliseconds(20)
    configuration.handshakeTimeout = .seconds(60)
    try await TLSServer.with(try credentials(), configuration) { server in
      let dawdler = try RawPeer(port: server.port)
      dawdler.send([0x16])
      let peer = try TLSPeer(port: server.port)
      #expect(peer.connect())
      #expect(peer.call("/test.Echo/Peer").contains("nobody"))
      #expect(server.observer.handshakes == [.timeout, nil])
      dawdler.close()
    }
  }
}

extension [UInt8] {
  /// Whether the text's bytes occur.
  func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard count >= wanted.count else { return false }
    return (0...(count - wanted.count)).contains { self[$0...].starts(with: wanted) }
  }
}
