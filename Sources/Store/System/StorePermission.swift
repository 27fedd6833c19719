package import Domain
package import Postgres

/// Stores a permission of the operator's file: a new one, or what has changed about one.
///
/// Fails with ``DatabaseError/expectationFailed`` for one of Roster's own.
package struct StorePermission: Statement {
  package let permission: Permission

  package init(_ permission: Permission) {
    self.permission = permission
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      INSERT INTO roster.permissions AS p (permission, position, description, scopes, built_in)
      VALUES ($1, $2, $3, $4, false)
          ON CONFLICT (permission) DO UPDATE
         SET description = $3, scopes = $4, retired_at = NULL
       WHERE NOT p.built_in
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.text(permission.name.text)
    parameters.int16(Int16(permission.position))
    parameters.text(permission.description.text)
    parameters.texts(
      PermissionScope.allCases.filter { permission.scopes.contains($0) }.map(\.rawValue))
  }

  package typealias Row = NoRow
}
