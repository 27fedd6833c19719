package import Domain
package import Postgres

/// The first 100 users who have a role now, by a grant to them or to a group, in the order of their
/// ids; each row with how many there are.
package struct FindRoleHolders: Statement {
  package let organization: OrganizationID
  package let role: RoleID

  package init(organization: OrganizationID, role: RoleID) {
    self.organization = organization
    self.role = role
  }

  package struct Row: Hashable, Sendable {
    package let user: UserID
    package let totalCount: Int64
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    WITH live AS (
      SELECT user_id, group_id
        FROM roster.role_grants
       WHERE organization_id = $1 AND role_id = $2 AND revoked_at IS NULL
         AND valid_from <= now() AND (expires_at IS NULL OR expires_at > now())
    ), holders AS (
      SELECT user_id FROM live WHERE user_id IS NOT NULL
       UNION
      SELECT m.user_id
        FROM live
        JOIN roster.group_members AS m
          ON m.organization_id = $1 AND m.group_id = live.group_id
         AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
    )
    SELECT u.organization_id, u.user_id, count(*) OVER ()
      FROM holders
      JOIN roster.users AS u
        ON u.organization_id = $1 AND u.user_id = holders.user_id AND u.state <> 'deleted'
     ORDER BY u.user_id
     LIMIT 100
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(role)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(user: row.id(1, UserID.self), totalCount: row.int64(2))
  }
}
