package import Domain
package import Postgres

/// Stores how a request ended.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `request.version`.
package struct UpdateRoleRequest: Statement {
  package let request: RoleRequest

  /// - Parameter request: after the change.
  package init(_ request: RoleRequest) {
    self.request = request
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.role_requests
         SET state = $4, decided_at = $5, decided_by_kind = $6, decided_by = $7,
             decision_reason = $8, grant_id = $9, version = $3
       WHERE organization_id = $1 AND role_request_id = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    let decision = request.decision
    parameters.id(request.organization)
    parameters.id(request.id)
    parameters.int64(request.version)
    parameters.text(request.state.rawValue)
    parameters.instant(decision?.at)
    parameters.text(decision?.by.kind.rawValue)
    parameters.uuid(decision.map { (high: $0.by.id.high, low: $0.by.id.low) })
    parameters.text(decision?.reason.text)
    parameters.optionalID(decision?.grant)
  }

  package typealias Row = NoRow
}
