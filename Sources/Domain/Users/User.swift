/// A person or a service account of one organization, and what may become of it.
package struct User: Hashable, Sendable {
  package let id: UserID
  package let organization: OrganizationID
  package let kind: UserKind
  package let source: UserSource
  package internal(set) var state: UserState
  package internal(set) var lock: UserLock?
  package internal(set) var profile: UserProfile
  /// When the user proved to receive mail at the address; nil: not yet.
  package internal(set) var emailVerifiedAt: Timestamp?
  /// Grows by one with every change; 1 at creation.
  package internal(set) var version: Int64
  package let createdAt: Timestamp
  package internal(set) var updatedAt: Timestamp

  /// Why a change is refused. A deleted user answers like one that never was.
  package enum Refusal: Error, Hashable {
    case deleted
  }

  /// A user as CreateUser makes it: active at once, address unverified.
  package init(_ origin: Origin, profile: UserProfile) {
    let standing = Standing(
      state: .active, lock: nil, emailVerifiedAt: nil, version: 1, updatedAt: origin.createdAt)
    self.init(origin: origin, standing: standing, profile: profile)
  }

  /// A user as it is stored, `origin` and `standing` being what callers can't write.
  package init(origin: Origin, standing: Standing, profile: UserProfile) {
    id = origin.id
    organization = origin.organization
    kind = origin.kind
    source = origin.source
    createdAt = origin.createdAt
    state = standing.state
    lock = standing.lock
    emailVerifiedAt = standing.emailVerifiedAt
    version = standing.version
    updatedAt = standing.updatedAt
    self.profile = profile
  }

  package var isLocked: Bool { lock != nil }

  /// Blocks sign-in, sessions, keys and checks, in every state. The first lock stands: its instant
  /// and reason are kept.
  /// - Returns: whether anything changed.
  package mutating func lock(at instant: Timestamp, reason: Reason) throws(Refusal) -> Bool {
    guard state != .deleted else { throw .deleted }
    guard lock == nil else { return false }
    lock = UserLock(at: instant, reason: reason)
    touch(at: instant)
    return true
  }

  /// Takes the lock away.
  /// - Returns: whether there was one.
  package mutating func unlock(at instant: Timestamp) throws(Refusal) -> Bool {
    guard state != .deleted else { throw .deleted }
    guard lock != nil else { return false }
    lock = nil
    touch(at: instant)
    return true
  }

  /// Takes the values of `fields` from `profile`; another address is unverified.
  /// - Returns: the fields whose values changed; none: nothing changed.
  package mutating func update(
    _ profile: UserProfile, fields: Set<UserField>, at instant: Timestamp
  ) throws(Refusal) -> Set<UserField> {
    guard state != .deleted else { throw .deleted }
    var updated = self.profile
    updated.apply(profile, fields: fields)
    let changed = fields.filter { updated.differs(from: self.profile, in: $0) }
    guard !changed.isEmpty else { return [] }
    if changed.contains(.email) { emailVerifiedAt = nil }
    self.profile = updated
    touch(at: instant)
    return changed
  }

  private mutating func touch(at instant: Timestamp) {
    version += 1
    updatedAt = instant
  }
}

/// An administrator's lock: when it was first set, and why.
package struct UserLock: Hashable, Sendable {
  package let at: Timestamp
  package let reason: Reason

  package init(at: Timestamp, reason: Reason) {
    self.at = at
    self.reason = reason
  }
}

extension User {
  /// What never changes about a user.
  package struct Origin: Sendable {
    package let id: UserID
    package let organization: OrganizationID
    package let kind: UserKind
    package let source: UserSource
    package let createdAt: Timestamp

    package init(
      id: UserID, organization: OrganizationID, kind: UserKind, source: UserSource,
      createdAt: Timestamp
    ) {
      self.id = id
      self.organization = organization
      self.kind = kind
      self.source = source
      self.createdAt = createdAt
    }
  }

  /// What only Roster changes about a user.
  package struct Standing: Sendable {
    package let state: UserState
    package let lock: UserLock?
    package let emailVerifiedAt: Timestamp?
    package let version: Int64
    package let updatedAt: Timestamp

    package init(
      state: UserState, lock: UserLock?, emailVerifiedAt: Timestamp?, version: Int64,
      updatedAt: Timestamp
    ) {
      self.state = state
      self.lock = lock
      self.emailVerifiedAt = emailVerifiedAt
      self.version = version
      self.updatedAt = updatedAt
    }
  }
}
