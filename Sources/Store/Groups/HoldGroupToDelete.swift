package import Domain
package import Postgres

/// Holds a group against everything, also against rows that refer to it, until the transaction
/// ends.
///
/// Read the group by another statement *after* it in the batch, as ``HoldUser`` says.
package struct HoldGroupToDelete: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id
      FROM roster.groups
     WHERE organization_id = $1 AND group_id = $2
       FOR UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package typealias Row = NoRow
}
