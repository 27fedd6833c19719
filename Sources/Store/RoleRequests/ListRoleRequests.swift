package import Domain
package import Postgres

/// Requests of users within reach, ended ones included, in the order of their making.
package struct ListRoleRequests: Statement {
  package let organization: OrganizationID
  package let reach: Reach
  package let after: RoleRequestID
  package let limit: Int

  /// - Parameters:
  ///   - after: the last id of the page before; nil: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(
    organization: OrganizationID, within reach: Reach, after: RoleRequestID?, limit: Int
  ) {
    self.organization = organization
    self.reach = reach
    self.after = after ?? RoleRequestID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT r.organization_id, r.role_request_id, r.role_id, r.user_id, r.wanted_seconds,
           r.justification, r.state, r.created_at, r.expires_at, r.decided_at, r.decided_by_kind,
           r.decided_by, r.decision_reason, r.grant_id, r.version
      FROM roster.role_requests AS r
     WHERE r.organization_id = $1 AND r.role_request_id > $2
       AND ($4 OR r.user_id = $5
            OR EXISTS (
                 SELECT FROM roster.users AS u
                  WHERE u.organization_id = $1 AND u.user_id = r.user_id
                    AND u.company_id = ANY ($7))
            OR EXISTS (
                 SELECT FROM roster.group_members AS m
                  WHERE m.organization_id = $1 AND m.user_id = r.user_id
                    AND m.group_id = ANY ($6) AND m.suspended_at IS NULL
                    AND (m.expires_at IS NULL OR m.expires_at > now())))
     ORDER BY r.role_request_id
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(after)
    parameters.int64(Int64(limit))
    parameters.reach(reach)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleRequest {
    try RoleRequestRow.decode(row)
  }
}
