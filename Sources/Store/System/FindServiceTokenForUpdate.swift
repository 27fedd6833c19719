package import Domain
package import Postgres

/// The service token of an id, ended or not, held until the transaction ends.
package struct FindServiceTokenForUpdate: Statement {
  package let token: ServiceTokenID

  package init(_ token: ServiceTokenID) {
    self.token = token
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT token_id, name, methods, coalesce(organization_ids, '{}'), organization_ids IS NULL,
           act_for_users, created_at, expires_at, revoked_at
      FROM roster.service_tokens
     WHERE token_id = $1
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(token)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> ServiceToken {
    try ServiceTokenRow.decode(row)
  }
}
