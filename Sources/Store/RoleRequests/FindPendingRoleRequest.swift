package import Domain
package import Postgres

/// A user's request for a role that is stored as pending, also one that has expired; there is one
/// at most.
package struct FindPendingRoleRequest: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let role: RoleID

  package init(organization: OrganizationID, user: UserID, role: RoleID) {
    self.organization = organization
    self.user = user
    self.role = role
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT r.organization_id, r.role_request_id, r.role_id, r.user_id, r.wanted_seconds,
           r.justification, r.state, r.created_at, r.expires_at, r.decided_at, r.decided_by_kind,
           r.decided_by, r.decision_reason, r.grant_id, r.version
      FROM roster.role_requests AS r
     WHERE r.organization_id = $1 AND r.user_id = $2 AND r.role_id = $3 AND r.state = 'pending'
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.id(role)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleRequest {
    try RoleRequestRow.decode(row)
  }
}
