package import Domain
package import Postgres

/// What up to 1,000 groups give their members, now or later: of each group with grants the union of
/// its roles' rights and the highest of their ranks.
package struct FindGroupRights: Statement {
  package let organization: OrganizationID
  package let groups: [GroupID]

  package init(organization: OrganizationID, groups: [GroupID]) {
    self.organization = organization
    self.groups = groups
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT g.group_id, max(r.rank),
           coalesce(
             array_agg(DISTINCT p.permission || ':' || p.scope) FILTER (WHERE p.scope IS NOT NULL),
             '{}')
      FROM roster.role_grants AS g
      JOIN roster.roles AS r ON r.organization_id = $1 AND r.role_id = g.role_id
      LEFT JOIN roster.role_permissions AS p
        ON p.organization_id = $1 AND p.role_id = g.role_id
     WHERE g.organization_id = $1 AND g.group_id = ANY ($2) AND g.revoked_at IS NULL
       AND (g.expires_at IS NULL OR g.expires_at > now())
     GROUP BY g.group_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(groups)
  }

  /// What one group gives.
  package struct Row: Hashable, Sendable {
    package let group: GroupID
    package let rank: Int
    package let rights: Rights
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(
      group: row.id(0, GroupID.self), rank: Int(row.int32(1)), rights: row.rights(2))
  }
}
