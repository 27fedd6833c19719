package import Domain
package import Postgres

/// As ``ListServiceTokens`` without those revoked or expired.
package struct ListLiveServiceTokens: Statement {
  package let after: ServiceTokenID
  package let limit: Int

  /// - Parameters:
  ///   - after: the last id of the page before; nil: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(after: ServiceTokenID?, limit: Int) {
    self.after = after ?? ServiceTokenID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT token_id, name, methods, coalesce(organization_ids, '{}'), organization_ids IS NULL,
           act_for_users, created_at, expires_at, revoked_at
      FROM roster.service_tokens
     WHERE token_id > $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
     ORDER BY token_id
     LIMIT $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> ServiceToken {
    try ServiceTokenRow.decode(row)
  }
}
