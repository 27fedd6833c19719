package import Domain
package import Postgres

/// The roles whose name holds a text, from the highest rank, then by name: at most 500.
package struct ListRoles: Statement {
  package let organization: OrganizationID
  package let search: String

  /// - Parameter search: compared without regard to case; empty: every role.
  package init(organization: OrganizationID, search: String = "") {
    self.organization = organization
    self.search = search
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT r.organization_id, r.role_id, r.key, r.aliases, r.kind, r.created_at,
           r.name, r.description, r.rank, r.version, r.updated_at,
           ARRAY(SELECT p.permission || ':' || p.scope
                   FROM roster.role_permissions AS p
                  WHERE p.organization_id = $1 AND p.role_id = r.role_id)
      FROM roster.roles AS r
     WHERE r.organization_id = $1 AND r.deleted_at IS NULL
       AND position(lower(normalize($2, NFKC)) IN r.name_norm) > 0
     ORDER BY r.rank DESC, r.name_norm
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.text(search)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Role {
    try RoleRow.decode(row)
  }
}
