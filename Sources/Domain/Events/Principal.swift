/// Who did something: a key of idempotency, and the actor of an event.
package struct Principal: Hashable, Sendable {
  package let kind: Kind
  /// The nil UUID for the system.
  package let id: UUID128

  package enum Kind: String, Sendable, CaseIterable {
    /// Roster itself, or an operator at its command line.
    case system
    case serviceToken = "service_token"
    /// A backend that proved itself by a client certificate.
    case serviceIdentity = "service_identity"
    case user
  }

  package static let system = Principal(.system, .nil)

  package init(_ kind: Kind, _ id: UUID128) {
    self.kind = kind
    self.id = id
  }

  package static func serviceToken(_ id: ServiceTokenID) -> Principal {
    Principal(.serviceToken, id.uuid)
  }

  /// - Parameter id: derived from the certificate's URI.
  package static func serviceIdentity(_ id: ServiceTokenID) -> Principal {
    Principal(.serviceIdentity, id.uuid)
  }

  package static func user(_ id: UserID) -> Principal {
    Principal(.user, id.uuid)
  }
}
