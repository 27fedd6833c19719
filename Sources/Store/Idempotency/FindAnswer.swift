import Domain
package import Postgres

/// What is stored under a request's key: tells whether a COMMIT whose answer was lost took effect.
package struct FindAnswer: Statement {
  package let key: RequestKey

  package init(_ key: RequestKey) {
    self.key = key
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT method, request_digest, answer, xid, false, (SELECT epoch FROM roster.cluster_epoch)
      FROM roster.idempotency_keys
     WHERE organization_id = $1 AND principal_kind = $2 AND principal_id = $3
       AND request_id = $4 AND expires_at > now()
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(key.organization)
    parameters.text(key.principal.kind.rawValue)
    parameters.id(key.principal.id)
    parameters.id(key.request)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RequestClaim {
    try RequestClaim(
      method: row.text(0), digest: row.bytes(1), sealedAnswer: row.optionalBytes(2),
      xid: row.xid8(3), isOurs: row.bool(4), epoch: row.int32(5))
  }
}
