package import Domain
package import Postgres

/// Writes an organization's key to the access feed although nothing changed, see ``FeedUser``.
package struct FeedOrganization: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing) VALUES ($1, 1, $1, true)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package typealias Row = NoRow
}
