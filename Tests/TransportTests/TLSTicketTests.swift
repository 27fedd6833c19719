import COpenSSL
import Crypto
import Glibc
import HTTP2
import Testing

@testable import Transport

@Suite struct `The keys of tickets` {
  private static let day: Int64 = 86_400
  private let ring = KeyRing.generate()

  private func opens(_ keys: TicketKeys, _ key: TicketKeys.Key, at instant: Int64) -> Bool? {
    key.name.withUnsafeBytes { keys.opening($0, at: instant)?.isCurrent }
  }

  @Test func `are the same at every holder of the ring`() {
    let (one, other) = (TicketKeys(ring: ring), TicketKeys(ring: ring))
    let sealed = one.sealing(at: 5 * Self.day)
    let same = other.sealing(at: 5 * Self.day + 86_399)
    #expect(sealed.name == same.name)
    #expect(sealed.encryption.bytes == same.encryption.bytes)
    #expect(sealed.authentication.bytes == same.authentication.bytes)
    #expect(sealed.encryption.bytes != sealed.authentication.bytes)
    #expect(opens(other, sealed, at: 5 * Self.day) == true)
  }

  @Test func `change every day and open until the end of the next`() {
    let keys = TicketKeys(ring: ring)
    let sealed = keys.sealing(at: 5 * Self.day)
    #expect(keys.sealing(at: 6 * Self.day).name != sealed.name)
    #expect(opens(keys, sealed, at: 7 * Self.day - 1) == false)
    #expect(opens(keys, sealed, at: 7 * Self.day) == nil)
    // A clock that was set back.
    #expect(opens(keys, sealed, at: 5 * Self.day) == true)
  }

  @Test func `of a former primary still open`() throws {
    let sealed = TicketKeys(ring: ring).sealing(at: 0)
    let rotated = TicketKeys(ring: try #require(ring.rotated()))
    #expect(opens(rotated, sealed, at: 0) == false)
    #expect(opens(TicketKeys(ring: .generate()), sealed, at: 0) == nil)
  }
}

@Suite struct `A resumed session` {
  /// A client and a session of ours, mouth to mouth in memory.
  private func isResumed(
    _ context: TLSContext, _ certificate: String, _ session: inout OpaquePointer?
  ) -> Bool {
    let clientContext = SSL_CTX_new(TLS_client_method())
    SSL_CTX_use_certificate_file(clientContext, "\(certificate).pem", SSL_FILETYPE_PEM)
    SSL_CTX_use_PrivateKey_file(clientContext, "\(certificate).key", SSL_FILETYPE_PEM)
    let client = SSL_new(clientContext)
    defer {
      // Without a goodbye its session could not be resumed.
      SSL_shutdown(client)
      SSL_free(client)
      SSL_CTX_free(clientContext)
    }
    SSL_set_alpn_protos(client, [2] + Array("h2".utf8), 3)
    if let session { SSL_set_session(client, session) }
    let (incoming, outgoing) = (BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
    SSL_set_bio(client, incoming, outgoing)
    SSL_set_connect_state(client)

    let port = TLSPort()
    let server = TLSSession(context, at: port)
    var buffer = [UInt8](repeating: 0, count: 32 << 10)
    for _ in 0..<4 {
      // What is left to read after the handshake is the ticket.
      var byte: UInt8 = 0
      SSL_read(client, &byte, 1)
      let count = BIO_read(outgoing, &buffer, CInt(buffer.count))
      buffer.withUnsafeBytes { bytes in
        _ = server.handshake(UnsafeRawBufferPointer(rebasing: bytes[..<Int(max(count, 0))]))
      }
      port.output.withUnsafeBytes { _ = BIO_write(incoming, $0.baseAddress, CInt($0.count)) }
      port.output.removeAll()
    }
    ERR_clear_error()
    SSL_SESSION_free(session)
    session = SSL_get1_session(client)
    return server.isResumed
  }

  @Test func `of a client whose certificate has expired since begins anew`() throws {
    let authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
    try authority.issue("client", names: "URI:spiffe://test/a", days: 1)
    let credentials = try TLSCredentials.load(authority.files(clientCA: true), ring: .generate())
    let now = Int64(time(nil))
    let expiry = try PEMFile(reading: authority.path("client.pem")).certificates()[0].expiresAt
    func context(at instant: Int64) throws -> TLSContext {
      try TLSContext(credentials, requiresClientCertificates: true, clock: { instant })
    }
    var session: OpaquePointer?
    defer { SSL_SESSION_free(session) }
    let client = authority.path("client")
    #expect(!isResumed(try context(at: now), client, &session))
    #expect(isResumed(try context(at: now), client, &session))
    #expect(!isResumed(try context(at: expiry), client, &session))
  }
}
