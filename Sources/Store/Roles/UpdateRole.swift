package import Domain
package import Postgres

/// Stores a role's content. Rights that stay are not touched, so that the feed tells of a right
/// taken away only where one is.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `role.version`; a unique violation names `roles_name`.
package struct UpdateRole: Statement {
  package let role: Role

  /// - Parameter role: after the change.
  package init(_ role: Role) {
    self.role = role
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.roles
         SET name = $4, description = $5, rank = $6, version = $3, updated_at = $7
       WHERE organization_id = $1 AND role_id = $2 AND version = $3 - 1 AND deleted_at IS NULL
      RETURNING 1
    ), wanted AS (
      SELECT permission, scope FROM unnest($8::text[], $9::text[]) AS w (permission, scope)
    ), removed AS (
      DELETE FROM roster.role_permissions AS p
       WHERE p.organization_id = $1 AND p.role_id = $2
         AND (p.permission, p.scope) NOT IN (SELECT permission, scope FROM wanted)
    ), added AS (
      INSERT INTO roster.role_permissions (organization_id, role_id, permission, scope)
      SELECT $1, $2, permission, scope FROM wanted
          ON CONFLICT DO NOTHING
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    let rights = role.content.rights.sorted
    parameters.id(role.organization)
    parameters.id(role.id)
    parameters.int64(role.version)
    parameters.text(role.content.name.text)
    parameters.text(role.content.description.text)
    parameters.int32(Int32(role.content.rank))
    parameters.instant(role.updatedAt)
    parameters.texts(rights.map(\.permission.text))
    parameters.texts(rights.map(\.scope.rawValue))
  }

  package typealias Row = NoRow
}
