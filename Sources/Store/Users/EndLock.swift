package import Domain
package import Postgres

/// Records that a user's lock has ended by itself.
///
/// Fails with ``DatabaseError/expectationFailed`` when there is none that has.
package struct EndLock: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.users
         SET locked_at = NULL, lock_reason = NULL, locked_until = NULL, version = version + 1,
             updated_at = now()
       WHERE organization_id = $1 AND user_id = $2 AND locked_until <= now()
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package typealias Row = NoRow
}
