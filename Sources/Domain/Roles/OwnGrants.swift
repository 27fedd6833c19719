/// The grants of one user, or of one group, that have not ended; those that begin later too.
package struct OwnGrants: Hashable, Sendable {
  package let grants: [RoleGrant]

  package enum Refusal: Error, Hashable {
    /// Roles are given to groups only.
    case byGroupsOnly
    /// A user has one role.
    case single
    case tooMany
  }

  package init(_ grants: [RoleGrant]) {
    self.grants = grants
  }

  /// Checks that a role may be given.
  ///
  /// 1. Where groups carry the roles, no user has one of their own.
  /// 2. Who has the role already, for as long at least, keeps that grant.
  /// 3. Where a user has one role, no second one comes beside it.
  /// 4. There are at most ``DataLimits/grantsPerUserMax``.
  /// - Returns: the grant by which the holder has the role already; nil: one must be made.
  package func giving(
    _ wish: RoleGrant.Wish, in mode: OrganizationSettings.RoleMode, at instant: Timestamp
  ) throws(Refusal) -> RoleGrant? {
    let isOfUser = wish.holder.user != nil
    if isOfUser, mode == .groups { throw .byGroupsOnly }
    if let standing = grants.first(where: { $0.meets(wish, at: instant) }) { return standing }
    if isOfUser, mode == .single, grants.contains(where: { $0.role != wish.role }) {
      throw .single
    }
    guard grants.count < DataLimits.grantsPerUserMax else { throw .tooMany }
    return nil
  }

  /// What is to be done so that the role is the user's only one.
  /// - Returns: the grant that does it already, and those that must end.
  package func replacing(
    by wish: RoleGrant.Wish, in mode: OrganizationSettings.RoleMode, at instant: Timestamp
  ) throws(Refusal) -> (kept: RoleGrant?, ending: [RoleGrant]) {
    guard mode != .groups else { throw .byGroupsOnly }
    let kept = grants.first { $0.isLive(at: instant) && $0.meets(wish, at: instant) }
    return (kept, grants.filter { $0.id != kept?.id })
  }
}

extension RoleGrant {
  /// Whether it gives what is wished for, for as long at least.
  fileprivate func meets(_ wish: Wish, at instant: Timestamp) -> Bool {
    guard role == wish.role, validFrom <= max(wish.validity.from ?? instant, instant) else {
      return false
    }
    guard let expiresAt else { return true }
    return wish.validity.until.map { $0 <= expiresAt } ?? false
  }
}
