import API
import AccessIndex
import Domain

/// A service token as a connection keeps it: compared by the header's bytes, not hashed again.
final class Credential {
  let token: ServiceToken
  let hash: TokenHash
  /// The value of `authorization` that named it.
  let header: [UInt8]
  /// Of the table it was found in; nil when the database was asked, which vouches for one call.
  let version: UInt64?
  let loop: ServiceLoop
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
