package import Domain
package import Postgres

/// As ``FeedUser``, for a role.
package struct FeedRole: Statement {
  package let organization: OrganizationID
  package let role: RoleID

  package init(organization: OrganizationID, role: RoleID) {
    self.organization = organization
    self.role = role
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing) VALUES ($1, 4, $2, true)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(role)
  }

  package typealias Row = NoRow
}
