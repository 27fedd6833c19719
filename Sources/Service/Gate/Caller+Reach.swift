package import Domain
import Store

extension Caller {
  /// How far the method's permission reaches for this caller.
  package var reach: Reach { authorization.reach }

  /// Whether the caller may see the user. One out of reach must answer as if it did not exist.
  func reaches(_ user: UserID) async throws(ServiceFailure) -> Bool {
    try await reached([user]) == [user]
  }

  /// Those of the users whom the caller may see.
  func reached(_ users: [UserID]) async throws(ServiceFailure) -> Set<UserID> {
    guard case .some(let own, let groups, let companies) = reach else { return Set(users) }
    return Set(
      try await read(
        FindReachedUsers(
          organization: organization, users: users, own: own, groups: groups,
          companies: companies)))
  }

  /// Checks that the caller may see and change the group.
  func requireReach(_ group: GroupID) throws(ServiceFailure) {
    guard reach.covers(group) else { throw .missing(.group(group)) }
  }

  /// Checks that a user who is to belong there would be within the caller's reach.
  func requireReach(ofNewIn company: CompanyID?, groups: [GroupID]) throws(ServiceFailure) {
    guard case .some(_, let reachedGroups, let companies) = reach else { return }
    let isOfCompany = company.map { companies.contains($0) } ?? false
    guard isOfCompany || groups.contains(where: { reachedGroups.contains($0) }) else {
      throw .refused(.outOfReach(permission: authorization.permission.text))
    }
  }
}
