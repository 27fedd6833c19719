package import Domain
package import Postgres

/// The groups of up to 1,000 ids, in no order and without their roles; ids of none are left out.
package struct FindGroups: Statement {
  package let organization: OrganizationID
  package let groups: [GroupID]

  package init(organization: OrganizationID, groups: [GroupID]) {
    self.organization = organization
    self.groups = groups
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id, group_id, directory_id, external_id, created_at, member_count, version,
           updated_at, name, description, '{}'::uuid[], '{}'::text[]
      FROM roster.groups
     WHERE organization_id = $1 AND group_id = ANY($2)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(groups)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Group {
    try GroupRow.decode(row)
  }
}
