package import Domain
package import Postgres

/// The group's id, when there is such a group.
package struct FindGroupID: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT organization_id, group_id
      FROM roster.groups
     WHERE organization_id = $1 AND group_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> GroupID {
    try row.id(1, GroupID.self)
  }
}
