package import Domain
package import Postgres

/// Deletes every membership of a group, whatever its source.
package struct DeleteMembersOfGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    DELETE FROM roster.group_members WHERE organization_id = $1 AND group_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package typealias Row = NoRow
}
