package import Domain
package import Postgres

/// Records that a user's deactivation has ended by itself.
///
/// Fails with ``DatabaseError/expectationFailed`` when there is none that has.
package struct EndDeactivation: Statement {
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
         SET state = 'active', deactivated_at = NULL, deactivation_reason = NULL,
             deactivated_until = NULL, version = version + 1, updated_at = now()
       WHERE organization_id = $1 AND user_id = $2 AND state = 'inactive'
         AND deactivated_until <= now()
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
