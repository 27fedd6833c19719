package import Domain
package import Postgres

/// Ends a service token; replicas learn of it from their next poll.
package struct RevokeServiceToken: Statement {
  package let token: ServiceTokenID
  package let at: Timestamp

  package init(_ token: ServiceTokenID, at: Timestamp) {
    self.token = token
    self.at = at
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.service_tokens SET revoked_at = $2
       WHERE token_id = $1 AND revoked_at IS NULL
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(token)
    parameters.instant(at)
  }

  package typealias Row = NoRow
}
