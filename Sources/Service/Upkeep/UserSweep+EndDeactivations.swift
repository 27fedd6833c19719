import Domain
import Postgres
import Store

extension UserSweep {
  /// Deactivations whose end has come. Memberships return where the organization restores them by
  /// itself; nobody is there to choose.
  func endDeactivations() async throws(DatabaseError) -> Int {
    let due = try await due(ListEndedDeactivations(limit: Self.usersMax))
    return try await each(due) { (due, transaction) throws(DatabaseError) in
      var first = Batch()
      first.add(HoldUser(organization: due.organization, user: due.user))
      let organization = first.add(FindOrganization(organization: due.organization))
      let suspended = first.add(
        FindSuspendedGroups(organization: due.organization, user: due.user))
      let found = try await transaction.flush(first)
      let mode = try found.row(organization)?.settings.deactivation.restoreGroups
      let groups = try found.rows(suspended)
        .filter { $0.isOfDirectory || mode == .automatic }.map(\.group)

      var changes = Batch()
      changes.add(EndDeactivation(organization: due.organization, user: due.user))
      changes.add(
        RestoreMemberships(organization: due.organization, user: due.user, groups: groups))
      changes.add(
        DeleteSuspendedMemberships(organization: due.organization, user: due.user))
      changes.add(event(.userReactivated, of: due, in: transaction))
      return changes
    }
  }
}
