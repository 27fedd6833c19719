package import Domain
package import Postgres

/// Stores a service token under the hash of its secret.
package struct InsertServiceToken: Statement {
  package let token: ServiceToken
  package let hash: [UInt8]

  /// - Parameter hash: 32 octets, as `Secret` gives them.
  package init(_ token: ServiceToken, hash: [UInt8]) {
    self.token = token
    self.hash = hash
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.service_tokens (
      token_id, hash, name, methods, organization_ids, act_for_users, created_at, expires_at)
    VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN NULL ELSE $6 END, $7, $8, $9)
    """

  package func bind(_ parameters: inout Parameters) {
    var organizations: [OrganizationID] = []
    if case .some(let ids) = token.organizations { organizations = ids.sorted() }
    parameters.id(token.id)
    parameters.bytes(hash)
    parameters.text(token.name.text)
    parameters.texts(token.methods.map(\.text))
    parameters.bool(token.organizations == .all)
    parameters.ids(organizations)
    parameters.bool(token.actsForUsers)
    parameters.instant(token.createdAt)
    parameters.instant(token.expiresAt)
  }

  package typealias Row = NoRow
}
