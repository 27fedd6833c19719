package import Domain
package import Postgres

/// Deletes a role: its rights go at once; the row stays, for its grants tell who had it.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is `role.version`.
package struct DeleteRole: Statement {
  package let role: Role
  package let instant: Timestamp

  package init(_ role: Role, at instant: Timestamp) {
    self.role = role
    self.instant = instant
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.roles
         SET deleted_at = $4, version = $3 + 1, updated_at = $4
       WHERE organization_id = $1 AND role_id = $2 AND version = $3 AND deleted_at IS NULL
      RETURNING 1
    ), removed AS (
      DELETE FROM roster.role_permissions WHERE organization_id = $1 AND role_id = $2
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(role.organization)
    parameters.id(role.id)
    parameters.int64(role.version)
    parameters.instant(instant)
  }

  package typealias Row = NoRow
}
