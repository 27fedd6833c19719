package import Domain
package import Postgres

/// As ``ListGrantsOfGroup`` without those that have ended.
package struct ListOpenGrantsOfGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID
  package let after: GrantID
  package let limit: Int

  /// - Parameters:
  ///   - after: the last id of the page before; nil: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(
    organization: OrganizationID, group: GroupID, after: GrantID?, limit: Int
  ) {
    self.organization = organization
    self.group = group
    self.after = after ?? GrantID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT g.organization_id, g.grant_id, g.role_id, g.user_id, g.group_id, g.source, g.valid_from,
           g.expires_at, g.justification, g.granted_by_kind, g.granted_by, g.created_at,
           g.revoked_at, g.revoked_by_kind, g.revoked_by
      FROM roster.role_grants AS g
     WHERE g.organization_id = $1 AND g.grant_id > $2 AND g.group_id = $4
       AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
     ORDER BY g.grant_id
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(after)
    parameters.int64(Int64(limit))
    parameters.id(group)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleGrant {
    try RoleGrantRow.decode(row)
  }
}
