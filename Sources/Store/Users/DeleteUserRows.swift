package import Domain
package import Postgres

/// Deletes everything about a user but what the audit keeps: events, and the key that seals them.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the user is there.
package struct DeleteUserRows: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.write
  // Foreign keys are checked when the whole statement has run.
  package static let sql: StaticString = """
    WITH members AS (
      DELETE FROM roster.group_members WHERE organization_id = $1 AND user_id = $2
    ), requests AS (
      DELETE FROM roster.role_requests WHERE organization_id = $1 AND user_id = $2
    ), grants AS (
      DELETE FROM roster.role_grants WHERE organization_id = $1 AND user_id = $2
    ), activity AS (
      DELETE FROM roster.user_activity WHERE organization_id = $1 AND user_id = $2
    ), passwords AS (
      DELETE FROM roster.passwords WHERE organization_id = $1 AND user_id = $2
    ), emails AS (
      DELETE FROM roster.emails WHERE organization_id = $1 AND user_id = $2
    ), users AS (
      DELETE FROM roster.users WHERE organization_id = $1 AND user_id = $2 RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM users), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package typealias Row = NoRow
}
