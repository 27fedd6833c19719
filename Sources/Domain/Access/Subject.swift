/// A user as authorization sees it, at one moment: where it stands, and what it may do.
package struct Subject: Hashable, Sendable {
  package let user: UserID
  package let state: UserState
  /// An administrator's lock stands.
  package let isLocked: Bool
  package let company: CompanyID?
  /// The groups it is a member of now, in the order of their ids.
  package let groups: [GroupID]
  /// The highest of its roles, its own and those of its groups; 0 without any.
  package let rank: Int
  /// The union over its roles and those of its groups.
  package let rights: Rights

  package init(
    user: UserID, standing: Standing, groups: [GroupID], rank: Int, rights: Rights
  ) {
    self.user = user
    state = standing.state
    isLocked = standing.isLocked
    company = standing.company
    self.groups = groups
    self.rank = rank
    self.rights = rights
  }

  package struct Standing: Hashable, Sendable {
    package let state: UserState
    package let isLocked: Bool
    package let company: CompanyID?

    package init(state: UserState, isLocked: Bool, company: CompanyID?) {
      self.state = state
      self.isLocked = isLocked
      self.company = company
    }
  }

  /// Whether it can do anything at all.
  package var isAble: Bool { state == .active && !isLocked }

  /// How far it may use a permission; nil: not at all.
  package func reach(of permission: PermissionName) -> Reach? {
    guard let scopes = rights.scopes[permission] else { return nil }
    if scopes.contains(.all) { return .all }
    return .some(
      user: user, groups: scopes.contains(.group) ? groups : [],
      companies: scopes.contains(.company) ? company.map { [$0] } ?? [] : [])
  }
}

// MARK: - Managing others

extension Subject {
  package enum Refusal: Error, Hashable {
    /// The other is outside of the reach: it answers as if it did not exist.
    case outOfReach
    /// The other is in groups, or in a company, that are not the manager's.
    case belongsElsewhere
    /// The other's highest role is not below the manager's.
    case outranked
  }

  /// Checks that this person may change the other by a permission that reaches so far.
  ///
  /// 1. The other is within the reach.
  /// 2. Whoever manages groups or a company manages only those who belong nowhere else.
  /// 3. Whoever manages everybody changes nobody of a higher rank; others, nobody of their own.
  package func requireManaging(_ other: Subject, within reach: Reach) throws(Refusal) {
    guard reach.covers(other.user, groups: Set(other.groups), company: other.company) else {
      throw .outOfReach
    }
    guard other.user != user else { return }
    switch reach {
    case .all:
      guard other.rank <= rank else { throw .outranked }
    case .some(_, let groups, let companies):
      let isOfCompany = other.company.map { companies.contains($0) } ?? false
      guard isOfCompany || Set(other.groups).isSubset(of: groups) else { throw .belongsElsewhere }
      guard other.rank < rank else { throw .outranked }
    }
  }
}
