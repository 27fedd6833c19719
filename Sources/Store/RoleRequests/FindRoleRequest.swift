package import Domain
package import Postgres

/// The request of an id.
package struct FindRoleRequest: Statement {
  package let organization: OrganizationID
  package let request: RoleRequestID

  package init(organization: OrganizationID, request: RoleRequestID) {
    self.organization = organization
    self.request = request
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT r.organization_id, r.role_request_id, r.role_id, r.user_id, r.wanted_seconds,
           r.justification, r.state, r.created_at, r.expires_at, r.decided_at, r.decided_by_kind,
           r.decided_by, r.decision_reason, r.grant_id, r.version
      FROM roster.role_requests AS r
     WHERE r.organization_id = $1 AND r.role_request_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(request)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleRequest {
    try RoleRequestRow.decode(row)
  }
}
