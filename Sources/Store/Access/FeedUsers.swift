package import Domain
package import Postgres

/// As ``FeedUser``, for up to 1,000 users.
package struct FeedUsers: Statement {
  package let organization: OrganizationID
  package let users: [UserID]

  package init(organization: OrganizationID, users: [UserID]) {
    self.organization = organization
    self.users = users
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT $1, 2, u.user_id, true FROM unnest($2) AS u (user_id)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
  }

  package typealias Row = NoRow
}
