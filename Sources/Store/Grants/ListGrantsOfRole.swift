package import Domain
package import Postgres

/// Grants of a role to users and groups within reach, ended ones included, in the order of their
/// making.
package struct ListGrantsOfRole: Statement {
  package let organization: OrganizationID
  package let role: RoleID
  package let reach: Reach
  package let after: GrantID
  package let limit: Int

  /// - Parameters:
  ///   - after: the last id of the page before; nil: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(
    organization: OrganizationID, role: RoleID, within reach: Reach, after: GrantID?, limit: Int
  ) {
    self.organization = organization
    self.role = role
    self.reach = reach
    self.after = after ?? GrantID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT g.organization_id, g.grant_id, g.role_id, g.user_id, g.group_id, g.source, g.valid_from,
           g.expires_at, g.justification, g.granted_by_kind, g.granted_by, g.created_at,
           g.revoked_at, g.revoked_by_kind, g.revoked_by
      FROM roster.role_grants AS g
     WHERE g.organization_id = $1 AND g.grant_id > $2 AND g.role_id = $4
       AND ($5 OR g.user_id = $6 OR g.group_id = ANY ($7)
            OR EXISTS (
                 SELECT FROM roster.users AS u
                  WHERE u.organization_id = $1 AND u.user_id = g.user_id
                    AND u.company_id = ANY ($8))
            OR EXISTS (
                 SELECT FROM roster.group_members AS m
                  WHERE m.organization_id = $1 AND m.user_id = g.user_id
                    AND m.group_id = ANY ($7) AND m.suspended_at IS NULL
                    AND (m.expires_at IS NULL OR m.expires_at > now())))
     ORDER BY g.grant_id
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(after)
    parameters.int64(Int64(limit))
    parameters.id(role)
    parameters.reach(reach)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleGrant {
    try RoleGrantRow.decode(row)
  }
}
