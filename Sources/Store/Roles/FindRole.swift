package import Domain
package import Postgres

/// The role of an id, unless deleted.
package struct FindRole: Statement {
  package let organization: OrganizationID
  package let role: RoleID

  package init(organization: OrganizationID, role: RoleID) {
    self.organization = organization
    self.role = role
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT r.organization_id, r.role_id, r.key, r.aliases, r.kind, r.created_at,
           r.name, r.description, r.rank, r.version, r.updated_at,
           ARRAY(SELECT p.permission || ':' || p.scope
                   FROM roster.role_permissions AS p
                  WHERE p.organization_id = $1 AND p.role_id = r.role_id)
      FROM roster.roles AS r
     WHERE r.organization_id = $1 AND r.role_id = $2 AND r.deleted_at IS NULL
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(role)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Role {
    try RoleRow.decode(row)
  }
}
