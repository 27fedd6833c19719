package import Domain
package import Postgres

/// Suspends every membership of a user, whatever its source; the rows stay.
package struct SuspendMemberships: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let at: Timestamp

  package init(organization: OrganizationID, user: UserID, at: Timestamp) {
    self.organization = organization
    self.user = user
    self.at = at
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    UPDATE roster.group_members SET suspended_at = $3
     WHERE organization_id = $1 AND user_id = $2 AND suspended_at IS NULL
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.instant(at)
  }

  package typealias Row = NoRow
}
