package import Domain
package import Postgres

/// Every permission of the installation, retired ones included, in the order of their names: at
/// most 256.
package struct ListPermissions: Statement {
  package init() {}

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT permission, position, description, scopes, built_in, retired_at IS NOT NULL
      FROM roster.permissions
     ORDER BY permission
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Permission {
    var scopes: Set<PermissionScope> = []
    for text in try row.texts(3) {
      guard let scope = PermissionScope(rawValue: text) else {
        throw .undecodable(column: 3, reason: "no scope")
      }
      scopes.insert(scope)
    }
    return try Permission(
      name: PermissionName(stored: row.text(0)), position: Int(row.int16(1)),
      description: Description(stored: row.text(2)), scopes: scopes, isBuiltIn: row.bool(4),
      isRetired: row.bool(5))
  }
}
