package import Domain
package import Postgres

/// To how many users and groups each role is given now; no row for a role that nobody has.
package struct CountRoleHolders: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package struct Row: Hashable, Sendable {
    package let role: RoleID
    package let userCount: Int64
    package let groupCount: Int64
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT organization_id, role_id, count(DISTINCT user_id), count(DISTINCT group_id)
      FROM roster.role_grants
     WHERE organization_id = $1 AND revoked_at IS NULL AND valid_from <= now()
       AND (expires_at IS NULL OR expires_at > now())
     GROUP BY organization_id, role_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(role: row.id(1, RoleID.self), userCount: row.int64(2), groupCount: row.int64(3))
  }
}
