/// Which users and groups of an organization a caller may read or change by one permission. Lists
/// take it into their SQL, so nothing outside of it leaves the database.
package enum Reach: Hashable, Sendable {
  /// The whole organization.
  case all
  /// The person, the members of the groups, the people of the companies; and nobody else.
  case some(user: UserID, groups: [GroupID], companies: [CompanyID])

  /// Whether a user is within it.
  /// - Parameters:
  ///   - groups: the groups that the user is in now.
  ///   - company: the user's company.
  package func covers(_ user: UserID, groups: Set<GroupID>, company: CompanyID?) -> Bool {
    switch self {
    case .all: true
    case .some(let own, let reachedGroups, let companies):
      user == own || reachedGroups.contains { groups.contains($0) }
        || company.map { companies.contains($0) } ?? false
    }
  }

  /// Whether a group is within it. A company holds people, not groups.
  package func covers(_ group: GroupID) -> Bool {
    switch self {
    case .all: true
    case .some(_, let groups, _): groups.contains(group)
    }
  }
}
