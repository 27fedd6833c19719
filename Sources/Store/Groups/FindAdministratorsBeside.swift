package import Domain
package import Postgres

/// Whether an administrator would be left if a group were gone; true as well where there is none
/// now.
package struct FindAdministratorsBeside: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT roster.has_administrator_without(organization_id, $2)
           OR NOT roster.has_administrator(organization_id),
           organization_id
      FROM roster.organizations
     WHERE organization_id = $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Bool {
    try row.bool(0)
  }
}
