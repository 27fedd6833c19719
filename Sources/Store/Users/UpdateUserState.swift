package import Domain
package import Postgres

/// Stores a user's state with what belongs to it, and the company; the feed's trigger tells the
/// replicas. Any state but active ends every session and key, for good. A violated foreign key is
/// `users_organization_id_company_id_fkey`, a unique violation `users_external_id`.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `user.version`.
package struct UpdateUserState: Statement {
  package let user: User

  /// - Parameter user: after the change.
  package init(_ user: User) {
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.users
         SET state = $4, deactivated_at = $5, deactivation_reason = $6, deactivated_until = $7,
             deleted_at = $8, deleted_from = $9, purge_at = $10, company_id = $11,
             pending_email = $12, version = $3, updated_at = $13,
             access_epoch = access_epoch + CASE WHEN $4 = 'active' THEN 0 ELSE 1 END
       WHERE organization_id = $1 AND user_id = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(user.organization)
    parameters.id(user.id)
    parameters.int64(user.version)
    parameters.text(user.state.rawValue)
    parameters.instant(user.deactivation?.at)
    parameters.text(user.deactivation?.reason.text)
    parameters.instant(user.deactivation?.until)
    parameters.instant(user.deletion?.at)
    parameters.text(user.deletion?.from.rawValue)
    parameters.instant(user.deletion?.purgeAt)
    parameters.optionalID(user.profile.company)
    parameters.text(user.pendingEmail?.text)
    parameters.instant(user.updatedAt)
  }

  package typealias Row = NoRow
}
