package import Domain
package import Postgres

/// Writes a group's key to the access feed although nothing changed, as ``FeedUser`` does a user's.
package struct FeedGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing) VALUES ($1, 3, $2, true)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package typealias Row = NoRow
}
