package import Domain
package import Postgres

/// What every source says of up to 1,000 users in one group, also what has expired.
package struct FindMemberships: Statement {
  package let organization: OrganizationID
  package let group: GroupID
  package let users: [UserID]

  package init(organization: OrganizationID, group: GroupID, users: [UserID]) {
    self.organization = organization
    self.group = group
    self.users = users
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT group_id, user_id, source, source_id, joined_at, expires_at, suspended_at
      FROM roster.group_members
     WHERE organization_id = $1 AND group_id = $2 AND user_id = ANY($3)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
    parameters.ids(users)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> MembershipRow {
    try MembershipColumns.decode(row)
  }
}
