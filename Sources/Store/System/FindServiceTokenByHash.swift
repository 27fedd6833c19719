package import Domain
package import Postgres

/// The live service token of a secret, by the clock of the database: all replicas agree on it.
package struct FindServiceTokenByHash: Statement {
  package let hash: [UInt8]

  /// - Parameter hash: 32 octets, as `Secret` gives them.
  package init(hash: [UInt8]) {
    self.hash = hash
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT token_id, name, methods, coalesce(organization_ids, '{}'), organization_ids IS NULL,
           act_for_users, created_at, expires_at, revoked_at
      FROM roster.service_tokens
     WHERE hash = $1 AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > clock_timestamp())
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.bytes(hash)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> ServiceToken {
    try ServiceTokenRow.decode(row)
  }
}
