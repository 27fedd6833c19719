package import Domain
package import Postgres

/// As ``HoldGroups``, every group in which a user has a membership, and up to 1,000 others. Hold
/// the user before: its memberships can't become more then.
package struct HoldGroupsOfUser: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let others: [GroupID]

  package init(organization: OrganizationID, user: UserID, others: [GroupID] = []) {
    self.organization = organization
    self.user = user
    self.others = others
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id
      FROM roster.groups
     WHERE organization_id = $1
       AND group_id = ANY($3 || ARRAY(SELECT m.group_id FROM roster.group_members AS m
                                       WHERE m.organization_id = $1 AND m.user_id = $2))
     ORDER BY group_id
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.ids(others)
  }

  package typealias Row = NoRow
}
