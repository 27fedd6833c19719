/// A soft deletion, and what undoes it.
package struct UserDeletion: Hashable, Sendable {
  package let at: Timestamp
  /// The state to come back to.
  package let from: UserState
  /// The user can't come back from then on.
  package let purgeAt: Timestamp

  package init(at: Timestamp, from: UserState, purgeAt: Timestamp) {
    self.at = at
    self.from = from
    self.purgeAt = purgeAt
  }
}

/// What an organization advises against, and does not refuse.
package enum DeletionWarning: Hashable, Sendable {
  /// Inactive for fewer days than this.
  case inactiveTooShort(days: Int)
}

/// Why an organization's settings forbid a deletion.
package enum DeletionRefusal: Error, Hashable {
  case modeNotAllowed(OrganizationSettings.DeletionMode)
  case notInactive
  /// Inactive for fewer days than this.
  case inactiveTooShort(days: Int)
}

extension OrganizationSettings.Deletion {
  /// The mildest way that is allowed.
  package var mildestMode: OrganizationSettings.DeletionMode {
    OrganizationSettings.DeletionMode.allCases.first { allows($0) } ?? .soft
  }

  package func allows(_ mode: OrganizationSettings.DeletionMode) -> Bool {
    modes.isEmpty || modes.contains(mode)
  }

  /// Refuses what these settings forbid.
  /// - Returns: what they advise against.
  package func check(
    _ mode: OrganizationSettings.DeletionMode, of user: User, at instant: Timestamp
  ) throws(DeletionRefusal) -> [DeletionWarning] {
    guard allows(mode) else { throw .modeNotAllowed(mode) }
    guard !requiresInactive || user.state == .inactive else { throw .notInactive }
    guard minInactiveDays > 0 else { return [] }
    let wait = Duration.seconds(minInactiveDays * 24 * 60 * 60)
    if user.state == .inactive, let since = user.deactivation?.at,
      since.advanced(by: wait) <= instant
    {
      return []
    }
    guard !refuseBeforeMinInactiveDays else { throw .inactiveTooShort(days: minInactiveDays) }
    return [.inactiveTooShort(days: minInactiveDays)]
  }
}

extension User {
  /// Hides the user, who can come back until `purgeAt`.
  package mutating func softDelete(
    at instant: Timestamp, purgeAt: Timestamp
  ) throws(Refusal) {
    guard state != .deleted else { throw .deleted }
    deletion = UserDeletion(at: instant, from: state, purgeAt: purgeAt)
    state = .deleted
    pendingEmail = nil
    touch(at: instant)
  }

  /// Brings a soft-deleted user back as it was.
  /// - Returns: whether it was deleted; one past its time is ``Refusal/deleted``.
  package mutating func undelete(at instant: Timestamp) throws(Refusal) -> Bool {
    guard let deletion else { return false }
    guard instant < deletion.purgeAt else { throw .deleted }
    state = deletion.from
    self.deletion = nil
    touch(at: instant)
    return true
  }

  /// Gives a user who comes back another company, as part of that change.
  package mutating func settle(in company: CompanyID) {
    profile.company = company
  }

  /// Moves the user to a company, or out of theirs.
  /// - Returns: whether they were elsewhere.
  package mutating func move(to company: CompanyID?, at instant: Timestamp) -> Bool {
    guard profile.company != company else { return false }
    profile.company = company
    touch(at: instant)
    return true
  }
}
