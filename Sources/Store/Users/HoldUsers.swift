package import Domain
package import Postgres

/// As ``HoldUser``, up to 1,000 users in the order of their ids.
package struct HoldUsers: Statement {
  package let organization: OrganizationID
  package let users: [UserID]

  package init(organization: OrganizationID, users: [UserID]) {
    self.organization = organization
    self.users = users
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id
      FROM roster.users
     WHERE organization_id = $1 AND user_id = ANY($2)
     ORDER BY user_id
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
  }

  package typealias Row = NoRow
}
