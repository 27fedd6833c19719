import Domain
import Postgres
import Store

extension UserSweep {
  /// Soft-deleted users past their `retention_days`: from then on only the audit tells of them.
  func purgeUsers() async throws(DatabaseError) -> Int {
    let due = try await due(ListPurgeableUsers(limit: Self.usersMax))
    return try await each(due) { (due, transaction) throws(DatabaseError) in
      var first = Batch()
      let held = first.add(
        HoldPurgeableUser(organization: due.organization, user: due.user))
      guard try await transaction.flush(first).row(held) != nil else { return nil }
      var changes = Batch()
      changes.add(DeleteUserRows(organization: due.organization, user: due.user))
      changes.add(event(.userPurged, of: due, in: transaction))
      return changes
    }
  }
}
