package import Domain
package import Postgres

/// What members of some groups get by that, now or later: the roles that were given to the groups
/// and have not ended. No row when there is none.
///
/// Lock the organization before it, in the same flush, to decide on it.
package struct FindGroupRights: Statement {
  package let organization: OrganizationID
  package let groups: [GroupID]

  package init(organization: OrganizationID, groups: [GroupID]) {
    self.organization = organization
    self.groups = groups
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT r.organization_id, max(r.rank),
           coalesce(
             array_agg(DISTINCT p.permission || ':' || p.scope) FILTER (WHERE p.scope IS NOT NULL),
             '{}')
      FROM roster.role_grants AS g
      JOIN roster.roles AS r
        ON r.organization_id = g.organization_id AND r.role_id = g.role_id
      LEFT JOIN roster.role_permissions AS p
        ON p.organization_id = g.organization_id AND p.role_id = g.role_id
     WHERE g.organization_id = $1 AND g.group_id = ANY ($2)
       AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
     GROUP BY r.organization_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(groups)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Holding {
    try Holding(rights: row.rights(2), rank: Int(row.int32(1)))
  }
}
