package import Domain
package import Postgres

/// Pending requests of every organization that nobody decided in time.
package struct ListDueRoleRequests: Statement {
  package let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT r.organization_id, r.role_request_id, r.role_id, r.user_id, r.wanted_seconds,
           r.justification, r.state, r.created_at, r.expires_at, r.decided_at, r.decided_by_kind,
           r.decided_by, r.decision_reason, r.grant_id, r.version
      FROM roster.role_requests AS r
     WHERE r.state = 'pending' AND r.expires_at <= now()
     ORDER BY r.expires_at
     LIMIT $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleRequest {
    try RoleRequestRow.decode(row)
  }
}
