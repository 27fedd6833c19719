/// A role given to a user or a group: by whom, why, from when, until when. A revoked grant stays,
/// so that it can be told who took what from whom.
package struct RoleGrant: Hashable, Sendable {
  package let id: GrantID
  package let organization: OrganizationID
  package let role: RoleID
  package let holder: RoleHolder
  package let source: Source
  package let validFrom: Timestamp
  /// The first instant at which it no longer holds; nil: it holds until it is revoked.
  package private(set) var expiresAt: Timestamp?
  package let justification: Reason
  package let grantedBy: Principal
  package let createdAt: Timestamp
  package private(set) var revocation: Revocation?

  package enum Source: String, Sendable, CaseIterable {
    case manual, request, invitation, `import`
    case signIn = "sign_in"
    case directory
  }

  /// When it was taken away, and by whom.
  package struct Revocation: Hashable, Sendable {
    package let at: Timestamp
    package let by: Principal

    package init(at: Timestamp, by principal: Principal) {
      self.at = at
      by = principal
    }
  }

  package enum Refusal: Error, Hashable {
    /// It would end before it begins, or has ended already.
    case expiresTooEarly
  }

  /// The time for which a grant holds.
  package struct Validity: Hashable, Sendable {
    /// Nil: from now on.
    package var from: Timestamp?
    package var until: Timestamp?

    package init(from: Timestamp? = nil, until: Timestamp? = nil) {
      self.from = from
      self.until = until
    }
  }

  /// What is asked for when a role is given.
  package struct Wish: Hashable, Sendable {
    package let role: RoleID
    package let holder: RoleHolder
    package let validity: Validity
    package let justification: Reason
    package let source: Source

    package init(
      role: RoleID, holder: RoleHolder, validity: Validity = Validity(),
      justification: Reason = Reason(stored: ""), source: Source = .manual
    ) {
      self.role = role
      self.holder = holder
      self.validity = validity
      self.justification = justification
      self.source = source
    }
  }

  /// A grant as it is made.
  package init(
    id: GrantID, organization: OrganizationID, _ wish: Wish, by principal: Principal,
    at instant: Timestamp
  ) throws(Refusal) {
    let from = wish.validity.from ?? instant
    if let until = wish.validity.until, until <= max(from, instant) { throw .expiresTooEarly }
    self.init(
      id: id, organization: organization, wish, by: principal, createdAt: instant,
      revocation: nil)
  }

  /// A grant as it is stored.
  package init(
    id: GrantID, organization: OrganizationID, _ wish: Wish, by principal: Principal,
    createdAt: Timestamp, revocation: Revocation?
  ) {
    self.id = id
    self.organization = organization
    role = wish.role
    holder = wish.holder
    source = wish.source
    validFrom = wish.validity.from ?? createdAt
    expiresAt = wish.validity.until
    justification = wish.justification
    grantedBy = principal
    self.createdAt = createdAt
    self.revocation = revocation
  }

  /// Whether its role counts at `instant`.
  package func isLive(at instant: Timestamp) -> Bool {
    revocation == nil && validFrom <= instant && expiresAt.map { instant < $0 } ?? true
  }

  /// Whether its time has passed or it was revoked, so that the role can be given again.
  package func hasEnded(at instant: Timestamp) -> Bool {
    revocation != nil || expiresAt.map { $0 <= instant } ?? false
  }

  /// Takes it away; the first revocation stands.
  /// - Returns: whether anything changed.
  package mutating func revoke(at instant: Timestamp, by principal: Principal) -> Bool {
    guard !hasEnded(at: instant) else { return false }
    revocation = Revocation(at: instant, by: principal)
    return true
  }
}

/// Who holds a role.
package enum RoleHolder: Hashable, Sendable {
  case user(UserID)
  case group(GroupID)
}

extension RoleHolder {
  package var user: UserID? { if case .user(let id) = self { id } else { nil } }
  package var group: GroupID? { if case .group(let id) = self { id } else { nil } }
}
