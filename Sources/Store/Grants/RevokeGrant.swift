package import Domain
package import Postgres

/// Stores that a grant was taken away; the feed's trigger tells the replicas.
///
/// Fails with ``DatabaseError/expectationFailed`` when it was revoked before.
package struct RevokeGrant: Statement {
  package let grant: RoleGrant

  /// - Parameter grant: after the change.
  package init(_ grant: RoleGrant) {
    self.grant = grant
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.role_grants
         SET revoked_at = $3, revoked_by_kind = $4, revoked_by = $5
       WHERE organization_id = $1 AND grant_id = $2 AND revoked_at IS NULL
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(grant.organization)
    parameters.id(grant.id)
    parameters.instant(grant.revocation?.at)
    parameters.text(grant.revocation?.by.kind.rawValue)
    parameters.uuid(grant.revocation.map { (high: $0.by.id.high, low: $0.by.id.low) })
  }

  package typealias Row = NoRow
}
