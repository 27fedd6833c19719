package import Domain
package import Postgres

/// Writes a user's key to the access feed although nothing changed: a repeated revocation too waits
/// until every replica has seen its own transaction.
package struct FeedUser: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing) VALUES ($1, 2, $2, true)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package typealias Row = NoRow
}
