package import Domain
package import Postgres

/// Holds groups until the transaction ends, in the order of their ids: their fields, and who their
/// members are. Take the users' locks before.
///
/// Read the groups by another statement *after* it in the batch, as ``HoldUser`` says.
package struct HoldGroups: Statement {
  package let organization: OrganizationID
  package let groups: [GroupID]

  package init(organization: OrganizationID, groups: [GroupID]) {
    self.organization = organization
    self.groups = groups
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id
      FROM roster.groups
     WHERE organization_id = $1 AND group_id = ANY($2)
     ORDER BY group_id
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(groups)
  }

  package typealias Row = NoRow
}
