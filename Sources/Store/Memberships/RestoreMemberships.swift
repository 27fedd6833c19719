package import Domain
package import Postgres

/// Ends the suspension of a user's memberships in some groups, whatever their source, and of all
/// that a directory says: it is the directory's to end them.
package struct RestoreMemberships: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let groups: [GroupID]

  package init(organization: OrganizationID, user: UserID, groups: [GroupID]) {
    self.organization = organization
    self.user = user
    self.groups = groups
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    UPDATE roster.group_members SET suspended_at = NULL
     WHERE organization_id = $1 AND user_id = $2 AND suspended_at IS NOT NULL
       AND (group_id = ANY($3) OR source = 'directory')
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.ids(groups)
  }

  package typealias Row = NoRow
}
