package import Domain
package import Postgres

/// Notes that an event tells of a grant's expiry.
///
/// Fails with ``DatabaseError/expectationFailed`` when one did before.
package struct NoteGrantExpiry: Statement {
  package let organization: OrganizationID
  package let grant: GrantID

  package init(organization: OrganizationID, grant: GrantID) {
    self.organization = organization
    self.grant = grant
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.role_grants SET expiry_noted_at = now()
       WHERE organization_id = $1 AND grant_id = $2 AND expiry_noted_at IS NULL
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(grant)
  }

  package typealias Row = NoRow
}
