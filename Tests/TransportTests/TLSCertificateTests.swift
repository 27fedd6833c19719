import COpenSSL
import Crypto
import Testing

@testable import Transport

@Suite struct `A client's certificate` {
  private func authority() throws -> TestAuthority {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    try authority.issue("client", names: "URI:spiffe://test/billing")
    return authority
  }

  /// What becomes of a client with that certificate: the URI, or why it was refused.
  private func outcome(
    _ server: TLSServer, _ certificate: String?
  ) async throws -> Result<[UInt8], HandshakeFailure> {
    let peer = try TLSPeer(port: server.port, certificate: certificate)
    _ = peer.connect()
    let answer = peer.call("/test.Echo/Peer")
    guard let failure = server.observer.handshakes.last ?? nil else { return .success(answer) }
    return .failure(failure)
  }

  @Test func `tells who it is by its URI`() async throws {
    let authority = try authority()
    let credentials = try TLSCredentials.load(authority.files(clientCA: true))
    try await TLSServer.with(credentials, clientCertificates: .required) { server in
      let answer = try await outcome(server, authority.path("client")).get()
      #expect(answer.contains("spiffe://test/billing"))
    }
  }

  @Test func `of another authority, expired, without a URI or revoked is refused`() async throws {
    let authority = try authority()
    let stranger = try TestAuthority("Test CA")
    try stranger.issue("client", names: "URI:spiffe://test/billing")
    try authority.issue("expired", names: "URI:spiffe://test/billing", days: -1)
    try authority.issue("nameless", names: "DNS:billing")
    try authority.issue("bare", names: "")
    try authority.issue("double", names: "URI:spiffe://test/a,URI:spiffe://test/b")
    try authority.issue("revoked", names: "URI:spiffe://test/billing")
    try authority.revoke("revoked")
    let credentials = try TLSCredentials.load(authority.files(clientCA: true, crl: true))
    try await TLSServer.with(credentials, clientCertificates: .required) { server in
      let cases: [(String?, HandshakeFailure)] = [
        (nil, .certificateMissing),
        (stranger.path("client"), .certificateUntrusted),
        (authority.path("expired"), .certificateExpired),
        (authority.path("nameless"), .certificateNameless),
        (authority.path("bare"), .certificateNameless),
        (authority.path("double"), .certificateNameless),
        (authority.path("revoked"), .certificateRevoked),
      ]
      for (certificate, failure) in cases {
        let found = try await outcome(server, certificate)
        #expect(found == .failure(failure))
      }
      let answer = try await outcome(server, authority.path("client")).get()
      #expect(answer.contains("spiffe://test/billing"))
    }
  }

  @Test func `is not asked for where none is required`() async throws {
    let authority = try authority()
    let credentials = try TLSCredentials.load(authority.files(clientCA: true))
    try await TLSServer.with(credentials) { server in
      let answer = try await outcome(server, authority.path("client")).get()
      #expect(answer.contains("nobody"))
    }
  }

  @Test func `can't be required without an authority to issue it`() async throws {
    let authority = try authority()
    let credentials = try TLSCredentials.load(authority.files())
    await #expect(throws: TLSFault(authority.path("server.pem"), .authoritiesMissing)) {
      try await TLSServer.with(credentials, clientCertificates: .required) { _ in }
    }
  }
}

@Suite struct `A change of certificates` {
  private func serial(_ peer: TLSPeer) -> String? {
    SSL_get1_peer_certificate(peer.ssl).map { Certificate(adopting: $0).serialNumber }
  }

  @Test func `is seen by new handshakes, and by no open connection`() async throws {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    try authority.issue("next", names: "DNS:localhost")
    let credentials = try TLSCredentials.load(authority.files())
    try await TLSServer.with(credentials, loops: 2) { server in
      let old = try TLSPeer(port: server.port)
      #expect(old.connect())
      let next = try TLSCredentials.load(authority.files("next"))
      #expect(try await server.transport.reloadTLS(next) == 0)
      for _ in 0..<4 {
        let new = try TLSPeer(port: server.port)
        #expect(new.connect())
        #expect(serial(new) != serial(old))
      }
      #expect(old.call("/test.Echo/Peer").contains("nobody"))
    }
  }

  @Test func `that a listener can't use is refused, and the old one stays`() async throws {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    try authority.issue("client", names: "URI:spiffe://test/a")
    let credentials = try TLSCredentials.load(authority.files(clientCA: true))
    try await TLSServer.with(credentials, clientCertificates: .required) { server in
      let without = try TLSCredentials.load(authority.files())
      await #expect(throws: TLSFault(authority.path("server.pem"), .authoritiesMissing)) {
        try await server.transport.reloadTLS(without)
      }
      let peer = try TLSPeer(port: server.port, certificate: authority.path("client"))
      #expect(peer.connect())
      #expect(peer.call("/test.Echo/Peer").contains("spiffe://test/a"))
    }
  }

  @Test func `drains the connections of clients that are revoked since`() async throws {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    for name in ["a", "b"] { try authority.issue(name, names: "URI:spiffe://test/\(name)") }
    try authority.revoke()
    let credentials = try TLSCredentials.load(authority.files(clientCA: true, crl: true))
    try await TLSServer.with(credentials, clientCertificates: .required) { server in
      let peers = try ["a", "b"].map {
        try TLSPeer(port: server.port, certificate: authority.path($0))
      }
      for peer in peers {
        #expect(peer.connect())
        #expect(peer.call("/test.Echo/Peer").contains("spiffe://test/"))
      }
      try authority.revoke("b")
      let next = try TLSCredentials.load(authority.files(clientCA: true, crl: true))
      #expect(try await server.transport.reloadTLS(next) == 1)
      #expect(peers[1].readsGoaway())
    }
  }
}

@Suite struct `A session ticket` {
  /// A ticket of a server with that ring, as the client keeps it.
  private func ticket(
    _ server: TLSServer, certificate: String? = nil
  ) throws -> OpaquePointer {
    let peer = try TLSPeer(port: server.port, certificate: certificate)
    #expect(peer.connect())
    #expect(!peer.isResumed)
    #expect(!peer.call("/test.Echo/Peer").isEmpty)
    let session = try #require(SSL_get1_session(peer.ssl))
    #expect(SSL_SESSION_is_resumable(session) == 1)
    #expect(SSL_SESSION_get_max_early_data(session) == 0)
    return session
  }

  /// Whether a server resumes it.
  private func resumes(
    _ server: TLSServer, _ session: OpaquePointer, certificate: String? = nil
  ) throws -> Bool {
    let peer = try TLSPeer(port: server.port, certificate: certificate, session: session)
    #expect(peer.connect())
    let isAnswered = !peer.call("/test.Echo/Peer").isEmpty
    return isAnswered && peer.isResumed
  }

  @Test func `is opened by every loop and every server of the same ring`() async throws {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    let ring = KeyRing.generate()
    let credentials = try TLSCredentials.load(authority.files(), ring: ring)
    let rotated = try #require(ring.rotated())
    try await TLSServer.with(credentials, loops: 2) { server in
      let session = try ticket(server)
      defer { SSL_SESSION_free(session) }
      for _ in 0..<4 {
        let isResumed = try resumes(server, session)
        #expect(isResumed)
      }
      for (other, isResumed) in [(ring, true), (rotated, true), (KeyRing.generate(), false)] {
        let credentials = try TLSCredentials.load(authority.files(), ring: other)
        try await TLSServer.with(credentials) { server in
          let found = try resumes(server, session)
          #expect(found == isResumed)
        }
      }
    }
  }

  @Test func `of a client begins anew once the revocation lists have changed`() async throws {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    try authority.issue("client", names: "URI:spiffe://test/a")
    try authority.revoke()
    let ring = KeyRing.generate()
    let files = authority.files(clientCA: true, crl: true)
    let client = authority.path("client")
    let credentials = try TLSCredentials.load(files, ring: ring)
    try await TLSServer.with(credentials, clientCertificates: .required) { server in
      let session = try ticket(server, certificate: client)
      defer { SSL_SESSION_free(session) }
      let again = try TLSPeer(port: server.port, certificate: client, session: session)
      #expect(again.connect())
      #expect(again.call("/test.Echo/Peer").contains("spiffe://test/a"))
      #expect(again.isResumed)
      try authority.revoke("client")
      _ = try await server.transport.reloadTLS(try TLSCredentials.load(files, ring: ring))
      let refused = try TLSPeer(port: server.port, certificate: client, session: session)
      _ = refused.connect()
      #expect(refused.call("/test.Echo/Peer").isEmpty)
      #expect(server.observer.handshakes.last == .certificateRevoked)
    }
  }
}
