package import Domain
package import Postgres

/// The groups in which a user has a membership, whatever its state, in the order of their ids and
/// without their roles.
package struct FindGroupsOfUser: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id, group_id, directory_id, external_id, created_at, member_count, version,
           updated_at, name, description, '{}'::uuid[], '{}'::text[]
      FROM roster.groups
     WHERE organization_id = $1
       AND group_id IN (SELECT m.group_id FROM roster.group_members AS m
                         WHERE m.organization_id = $1 AND m.user_id = $2)
     ORDER BY group_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Group {
    try GroupRow.decode(row)
  }
}
