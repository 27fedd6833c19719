package import Domain
package import Postgres

/// Creates a role with its rights.
///
/// Unique violations name `roles_key` or `roles_name`.
package struct InsertRole: Statement {
  package let role: Role

  package init(_ role: Role) {
    self.role = role
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH added AS (
      INSERT INTO roster.roles (
        organization_id, role_id, key, aliases, name, description, kind, rank, version, created_at,
        updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
      RETURNING organization_id, role_id
    )
    INSERT INTO roster.role_permissions (organization_id, role_id, permission, scope)
    SELECT added.organization_id, added.role_id, r.permission, r.scope
      FROM added, unnest($11::text[], $12::text[]) AS r (permission, scope)
    """

  package func bind(_ parameters: inout Parameters) {
    let rights = role.content.rights.sorted
    parameters.id(role.organization)
    parameters.id(role.id)
    parameters.text(role.key.text)
    parameters.texts(role.aliases.map(\.text))
    parameters.text(role.content.name.text)
    parameters.text(role.content.description.text)
    parameters.text(role.kind.rawValue)
    parameters.int32(Int32(role.content.rank))
    parameters.int64(role.version)
    parameters.instant(role.createdAt)
    parameters.texts(rights.map(\.permission.text))
    parameters.texts(rights.map(\.scope.rawValue))
  }

  package typealias Row = NoRow
}
