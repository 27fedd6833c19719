import Crypto
package import Domain

/// A service that proves itself by a client certificate: whose URI stands for it, and what it may
/// do. Comes from configuration (`tls.identities`), not from the database.
package struct ServiceIdentity: Hashable, Sendable {
  package enum Refusal: Error, Hashable {
    /// No URI with a scheme, in printable ASCII of at most 2,048 bytes.
    case uriInvalid(String)
    case rights(uri: String, ServiceToken.Refusal)
    /// Two identities have the same URI.
    case uriRepeated(String)
    /// More than ``ServiceIdentities/countMax``.
    case tooMany
  }

  package let uri: String
  /// Its rights in the form that every check of them takes. Its id is no service token's: it is
  /// derived from the URI, so that events and idempotency keys are the same at every replica.
  let token: ServiceToken

  /// - Parameter uri: compared byte for byte with the certificate's one URI.
  package init(uri: String, name: Name, rights: ServiceToken.Rights) throws(Refusal) {
    guard (1...2_048).contains(uri.utf8.count), uri.utf8.contains(UInt8(ascii: ":")),
      uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .uriInvalid(uri) }
    self.uri = uri
    do throws(ServiceToken.Refusal) {
      token = try ServiceToken(
        id: Self.id(of: uri), name: name, rights: rights, at: Timestamp(microseconds: 0),
        expiresAt: nil)
    } catch {
      throw .rights(uri: uri, error)
    }
  }

  private static func id(of uri: String) -> ServiceTokenID {
    let words = SHA256.hash(Array("roster:service-identity:\(uri)".utf8)).words
    // Version 8 of RFC 9562 §5.8: made by a rule of our own.
    return ServiceTokenID(
      UUID128(
        high: words.0 & ~0xF000 | 0x8000,
        low: words.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
  }
}

extension ServiceIdentity.Refusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .uriInvalid(let uri):
      "tls.identities: \"\(uri)\" is no URI such as spiffe://example.org/billing"
    case .rights(let uri, let refusal):
      "tls.identities: \(uri) needs a name, methods and organizations (\(refusal))"
    case .uriRepeated(let uri): "tls.identities: \(uri) is there twice; keep one of them"
    case .tooMany: "tls.identities: more than \(ServiceIdentities.countMax)"
    }
  }
}
