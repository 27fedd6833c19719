import API
import AccessIndex
import Domain

/// A service token as a connection keeps it, compared by the header's bytes and not hashed again;
/// or the service identity of its certificate.
final class Credential {
  let token: ServiceToken
  /// Nil: it is the identity of a certificate.
  let hash: TokenHash?
  /// The value of `authorization` that named it.
  let header: [UInt8]
  /// Of the table it was found in; nil when the database was asked, which vouches for one call.
  /// The certificates' identities have a table of their own.
  let version: UInt64?
  let loop: ServiceLoop
  private let uri: String?
  /// Of its identity, once a quota was asked for.
  var quotaBucket: QuotaBucket?
  /// Methods found permitted: a connection calls few.
  private var permitted: [ObjectIdentifier] = []

  init(
    _ token: ServiceToken, hash: TokenHash, header: [UInt8], version: UInt64?, loop: ServiceLoop
  ) {
    self.token = token
    self.hash = hash
    self.header = header
    self.version = version
    self.loop = loop
    uri = nil
  }

  /// What a certificate stands for.
  init(_ identity: ServiceIdentity, version: UInt64, loop: ServiceLoop) {
    token = identity.token
    hash = nil
    header = []
    self.version = version
    self.loop = loop
    uri = identity.uri
  }

  /// The key of idempotency and the actor of events.
  var principal: Principal {
    hash == nil ? .serviceIdentity(token.id) : .serviceToken(token.id)
  }

  /// What an auditor is told of the backend that called: its token's id, or its certificate's URI.
  var backend: [String: JSONValue] {
    if let uri { return ["service_identity": .string(uri)] }
    return ["service_token": .string(token.id.text)]
  }

  func matches(_ other: UnsafeRawBufferPointer) -> Bool {
    // Both are the peer's own bytes of one connection: nothing is learnt from the time it takes.
    header.count == other.count && header.withUnsafeBytes { $0.elementsEqual(other) }
  }

  func permits(_ method: MethodDescriptor) -> Bool {
    let id = ObjectIdentifier(method)
    if permitted.contains(id) { return true }
    guard token.permits(method.fullName) else { return false }
    permitted.append(id)
    return true
  }
}
