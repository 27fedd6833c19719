package import Domain
package import Postgres

/// Stores an organization's settings.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `organization.version`.
package struct UpdateOrganizationSettings: Statement {
  package let organization: Organization

  /// - Parameter organization: after the change.
  package init(_ organization: Organization) {
    self.organization = organization
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.organizations SET settings = $3, version = $2, updated_at = $4
       WHERE organization_id = $1 AND version = $2 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization.id)
    parameters.int64(organization.version)
    parameters.jsonb(organization.settings.json)
    parameters.instant(organization.updatedAt)
  }

  package typealias Row = NoRow
}
