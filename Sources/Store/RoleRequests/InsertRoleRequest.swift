package import Domain
package import Postgres

/// Stores a request for a role.
///
/// A unique violation names `role_requests_pending`: the user's request for the role is pending.
package struct InsertRoleRequest: Statement {
  package let request: RoleRequest

  package init(_ request: RoleRequest) {
    self.request = request
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.role_requests (
      organization_id, role_request_id, role_id, user_id, wanted_seconds, justification, state,
      created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(request.organization)
    parameters.id(request.id)
    parameters.id(request.role)
    parameters.id(request.user)
    parameters.int64(request.wantedFor?.components.seconds)
    parameters.text(request.justification.text)
    parameters.text(request.state.rawValue)
    parameters.instant(request.createdAt)
    parameters.instant(request.expiresAt)
  }

  package typealias Row = NoRow
}
