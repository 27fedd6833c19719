package import Domain
package import Postgres

/// What every source says of one user in all groups, also what has expired.
package struct FindMembershipsOfUser: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT group_id, user_id, source, source_id, joined_at, expires_at, suspended_at
      FROM roster.group_members
     WHERE organization_id = $1 AND user_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> MembershipRow {
    try MembershipColumns.decode(row)
  }
}
