/// A person or a service account of one organization, and what may become of it.
package struct User: Hashable, Sendable {
  package let id: UserID
  package let organization: OrganizationID
  package let kind: UserKind
  package let source: UserSource
  package internal(set) var state: UserState
  package internal(set) var lock: UserLock?
  /// Kept beside a state of active when it ended by itself and nobody has recorded that yet.
  package internal(set) var deactivation: UserDeactivation?
  /// Set while the user is deleted.
  package internal(set) var deletion: UserDeletion?
  package internal(set) var profile: UserProfile
  /// A new address that waits to be confirmed.
  package internal(set) var pendingEmail: EmailAddress?
  /// When the user proved to receive mail at the address; nil: not yet.
  package internal(set) var emailVerifiedAt: Timestamp?
  /// Grows by one with every change; 1 at creation.
  package internal(set) var version: Int64
  package let createdAt: Timestamp
  package internal(set) var updatedAt: Timestamp

  /// Why a change is refused. A deleted user answers like one that never was.
  package enum Refusal: Error, Hashable {
    case deleted
    /// Not accepted yet: the invitation can be cancelled.
    case invited
    /// The address is neither the user's nor pending.
    case emailNotOfUser
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
    deactivation = standing.deactivation
    deletion = standing.deletion
    pendingEmail = standing.pendingEmail
    emailVerifiedAt = standing.emailVerifiedAt
    version = standing.version
    updatedAt = standing.updatedAt
    self.profile = profile
  }

  package var isLocked: Bool { lock != nil }

  /// Blocks sign-in, sessions, keys and checks, in every state. The first lock stands: its instant
  /// and reason are kept, and the later of the two ends.
  /// - Parameter until: when it ends by itself; nil: never.
  /// - Returns: whether anything changed.
  package mutating func lock(
    at instant: Timestamp, reason: Reason, until: Timestamp? = nil
  ) throws(Refusal) -> Bool {
    guard state != .deleted else { throw .deleted }
    if let lock {
      guard endsLater(until, than: lock.until) else { return false }
      self.lock = UserLock(at: lock.at, reason: lock.reason, until: until)
    } else {
      lock = UserLock(at: instant, reason: reason, until: until)
    }
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

  /// Takes the values of `fields` from `profile`.
  ///
  /// Another address waits until it is confirmed, unless `emailAtOnce`, which leaves it unverified;
  /// the present one takes a pending one back.
  /// - Returns: the fields whose values changed; none: nothing changed.
  package mutating func update(
    _ profile: UserProfile, fields: Set<UserField>, emailAtOnce: Bool = true,
    at instant: Timestamp
  ) throws(Refusal) -> Set<UserField> {
    guard state != .deleted else { throw .deleted }
    var updated = self.profile
    updated.apply(profile, fields: fields)
    var changed = fields.filter { updated.differs(from: self.profile, in: $0) }
    if fields.contains(.email) {
      let pending = changed.contains(.email) && !emailAtOnce ? updated.email : nil
      if pending == nil, changed.contains(.email) { emailVerifiedAt = nil }
      if pending != nil { updated.email = self.profile.email }
      let isSame = pending == pendingEmail
      if pending != nil, isSame { changed.remove(.email) }
      if !isSame { changed.insert(.email) }
      pendingEmail = pending
    }
    guard !changed.isEmpty else { return [] }
    self.profile = updated
    touch(at: instant)
    return changed
  }

  /// The user receives mail at the address: the present one, or the pending one, which then becomes
  /// the present one.
  /// - Returns: whether anything changed.
  package mutating func verify(
    _ email: EmailAddress, at instant: Timestamp
  ) throws(Refusal) -> Bool {
    guard state != .deleted else { throw .deleted }
    if email == pendingEmail {
      profile.email = email
      pendingEmail = nil
    } else {
      guard email == profile.email else { throw .emailNotOfUser }
      guard emailVerifiedAt == nil else { return false }
    }
    emailVerifiedAt = instant
    touch(at: instant)
    return true
  }

  mutating func touch(at instant: Timestamp) {
    version += 1
    updatedAt = instant
  }
}

/// An administrator's lock: when it was first set, and why.
package struct UserLock: Hashable, Sendable {
  package let at: Timestamp
  package let reason: Reason
  /// When it ends by itself; nil: never.
  package let until: Timestamp?

  package init(at: Timestamp, reason: Reason, until: Timestamp? = nil) {
    self.at = at
    self.reason = reason
    self.until = until
  }
}

/// Whether an end by itself comes after another; nil: never comes.
func endsLater(_ end: Timestamp?, than other: Timestamp?) -> Bool {
  guard let other else { return false }
  guard let end else { return true }
  return end > other
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
    package var deactivation: UserDeactivation?
    package var deletion: UserDeletion?
    package var pendingEmail: EmailAddress?
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
