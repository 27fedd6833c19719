package import Domain
package import Postgres

/// Stores an organization's name and state; the feed's trigger tells the replicas.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `organization.version`.
package struct UpdateOrganization: Statement {
  package let organization: Organization

  /// - Parameter organization: after the change.
  package init(_ organization: Organization) {
    self.organization = organization
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.organizations SET name = $3, state = $4, version = $2, updated_at = $5
       WHERE organization_id = $1 AND version = $2 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization.id)
    parameters.int64(organization.version)
    parameters.text(organization.name.text)
    parameters.text(organization.state.rawValue)
    parameters.instant(organization.updatedAt)
  }

  package typealias Row = NoRow
}
