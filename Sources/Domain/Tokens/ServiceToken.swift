/// A backend's credential: who calls, what it may call, and for which organizations.
package struct ServiceToken: Hashable, Sendable {
  package let id: ServiceTokenID
  package let name: Name
  package let methods: [MethodPattern]
  package let organizations: Organizations
  /// May name the person it acts for.
  package let actsForUsers: Bool
  package let createdAt: Timestamp
  /// Nil: never.
  package let expiresAt: Timestamp?
  package private(set) var revokedAt: Timestamp?

  /// The organizations a token is for.
  package enum Organizations: Hashable, Sendable {
    /// Every one, those to come included, and the installation's own methods.
    case all
    case some(Set<OrganizationID>)

    package func contains(_ id: OrganizationID) -> Bool {
      switch self {
      case .all: true
      case .some(let ids): ids.contains(id)
      }
    }
  }

  package enum Refusal: Error, Hashable {
    case nameMissing
    case methodsMissing
    /// More than 256 patterns.
    case methodsTooMany
    case organizationsMissing
    /// More than 1,000 organizations.
    case organizationsTooMany
    /// The expiry is not after the creation.
    case expired
  }

  /// A token as it is made.
  package init(
    id: ServiceTokenID, name: Name, rights: Rights, at instant: Timestamp, expiresAt: Timestamp?
  ) throws(Refusal) {
    guard !name.isBlank else { throw .nameMissing }
    guard !rights.methods.isEmpty else { throw .methodsMissing }
    guard rights.methods.count <= DataLimits.tokenMethodsMax else { throw .methodsTooMany }
    if case .some(let ids) = rights.organizations {
      guard !ids.isEmpty else { throw .organizationsMissing }
      guard ids.count <= DataLimits.tokenOrganizationsMax else { throw .organizationsTooMany }
    }
    if let expiresAt, expiresAt <= instant { throw .expired }
    self.init(
      id: id, name: name, rights: rights, createdAt: instant, expiresAt: expiresAt, revokedAt: nil)
  }

  /// A token as it is stored.
  package init(
    id: ServiceTokenID, name: Name, rights: Rights, createdAt: Timestamp, expiresAt: Timestamp?,
    revokedAt: Timestamp?
  ) {
    self.id = id
    self.name = name
    methods = rights.methods
    organizations = rights.organizations
    actsForUsers = rights.actsForUsers
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
  }

  /// What a token may do.
  package struct Rights: Hashable, Sendable {
    package let methods: [MethodPattern]
    package let organizations: Organizations
    package let actsForUsers: Bool

    package init(methods: [MethodPattern], organizations: Organizations, actsForUsers: Bool) {
      self.methods = methods
      self.organizations = organizations
      self.actsForUsers = actsForUsers
    }
  }

  package var rights: Rights {
    Rights(methods: methods, organizations: organizations, actsForUsers: actsForUsers)
  }

  /// The one organization a token is bound to, which requests may then leave out.
  package var onlyOrganization: OrganizationID? {
    if case .some(let ids) = organizations, ids.count == 1 { ids.first } else { nil }
  }

  /// Neither revoked nor expired. The instant of expiry is already too late.
  package func isValid(at instant: Timestamp) -> Bool {
    revokedAt == nil && (expiresAt.map { instant < $0 } ?? true)
  }

  /// - Parameter method: the full name, `package.Service/Method`, without a leading `/`.
  package func permits(_ method: String) -> Bool {
    methods.contains { $0.permits(method) }
  }

  /// Ends the token; the first instant stands.
  /// - Returns: whether anything changed.
  package mutating func revoke(at instant: Timestamp) -> Bool {
    guard revokedAt == nil else { return false }
    revokedAt = instant
    return true
  }
}

extension ServiceToken.Rights {
  /// Whether these rights hold everything `other` has: nobody gives more than they have.
  package func cover(_ other: ServiceToken.Rights) -> Bool {
    guard actsForUsers || !other.actsForUsers else { return false }
    switch (organizations, other.organizations) {
    case (.all, _): break
    case (.some, .all): return false
    case (.some(let mine), .some(let theirs)):
      guard theirs.isSubset(of: mine) else { return false }
    }
    return other.methods.allSatisfy { wanted in methods.contains { $0.covers(wanted) } }
  }
}
