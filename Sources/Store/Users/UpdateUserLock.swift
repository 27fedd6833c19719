package import Domain
package import Postgres

/// Stores a user's lock, or that there is none any more; the feed's trigger tells the replicas.
/// A lock ends every session and key, for good.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `user.version`.
package struct UpdateUserLock: Statement {
  package let user: User

  /// - Parameter user: after the change.
  package init(_ user: User) {
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.users
         SET locked_at = $4, lock_reason = $5, locked_until = $7, version = $3, updated_at = $6,
             access_epoch = access_epoch + CASE WHEN $4 IS NULL THEN 0 ELSE 1 END
       WHERE organization_id = $1 AND user_id = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(user.organization)
    parameters.id(user.id)
    parameters.int64(user.version)
    parameters.instant(user.lock?.at)
    parameters.text(user.lock?.reason.text)
    parameters.instant(user.updatedAt)
    parameters.instant(user.lock?.until)
  }

  package typealias Row = NoRow
}
