/// An e-mail domain that an organization says is its own, and whether that was verified.
package struct OrganizationDomain: Hashable, Sendable {
  package let organization: OrganizationID
  package let name: DomainName
  /// What the domain's TXT record must hold.
  package let challenge: String
  /// Nil: only said.
  package private(set) var verifiedAt: Timestamp?
  /// Grows by one with every change; 1 at creation.
  package private(set) var version: Int64
  package let createdAt: Timestamp
  package private(set) var updatedAt: Timestamp

  /// Of one organization.
  package static let countMax = 100

  /// A domain as AddDomain makes it.
  /// - Parameter secret: random, as text.
  package init(
    organization: OrganizationID, name: DomainName, secret: String, at instant: Timestamp
  ) {
    self.organization = organization
    self.name = name
    challenge = "roster-verification=\(secret)"
    version = 1
    createdAt = instant
    updatedAt = instant
  }

  /// A domain as it is stored.
  package init(
    organization: OrganizationID, name: DomainName, challenge: String, verifiedAt: Timestamp?,
    version: Int64, times: (created: Timestamp, updated: Timestamp)
  ) {
    self.organization = organization
    self.name = name
    self.challenge = challenge
    self.verifiedAt = verifiedAt
    self.version = version
    createdAt = times.created
    updatedAt = times.updated
  }

  /// Where the TXT record must be.
  package var challengeName: String { "_roster-challenge.\(name.text)" }

  /// - Returns: whether it was not verified before.
  package mutating func verify(at instant: Timestamp) -> Bool {
    guard verifiedAt == nil else { return false }
    verifiedAt = instant
    version += 1
    updatedAt = instant
    return true
  }
}
