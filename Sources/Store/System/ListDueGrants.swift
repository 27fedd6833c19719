package import Domain
package import Postgres

/// Grants of every organization that have expired, which nothing has told yet.
package struct ListDueGrants: Statement {
  package let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT g.organization_id, g.grant_id, g.role_id, g.user_id, g.group_id, g.source, g.valid_from,
           g.expires_at, g.justification, g.granted_by_kind, g.granted_by, g.created_at,
           g.revoked_at, g.revoked_by_kind, g.revoked_by
      FROM roster.role_grants AS g
     WHERE g.expires_at <= now() AND g.revoked_at IS NULL AND g.expiry_noted_at IS NULL
     ORDER BY g.expires_at
     LIMIT $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleGrant {
    try RoleGrantRow.decode(row)
  }
}
