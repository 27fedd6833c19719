import Domain
import Postgres
import Store

extension UserSweep {
  /// Locks whose end has come.
  func endLocks() async throws(DatabaseError) -> Int {
    let due = try await due(ListEndedLocks(limit: Self.usersMax))
    return try await each(due) { (due, transaction) throws(DatabaseError) in
      var first = Batch()
      first.add(HoldUser(organization: due.organization, user: due.user))
      _ = try await transaction.flush(first)
      var changes = Batch()
      changes.add(EndLock(organization: due.organization, user: due.user))
      changes.add(event(.userUnlocked, of: due, in: transaction))
      return changes
    }
  }
}
