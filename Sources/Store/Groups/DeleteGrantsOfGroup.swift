package import Domain
package import Postgres

/// Deletes every grant of a role to a group, also the revoked ones.
package struct DeleteGrantsOfGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    DELETE FROM roster.role_grants WHERE organization_id = $1 AND group_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package typealias Row = NoRow
}
