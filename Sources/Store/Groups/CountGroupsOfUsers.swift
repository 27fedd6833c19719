package import Domain
package import Postgres

/// Of up to 1,000 users those who are in at least `least` groups now, with how many.
package struct CountGroupsOfUsers: Statement {
  package let organization: OrganizationID
  package let users: [UserID]
  package let least: Int

  package init(organization: OrganizationID, users: [UserID], least: Int) {
    self.organization = organization
    self.users = users
    self.least = least
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT user_id, count(DISTINCT group_id)
      FROM roster.group_members
     WHERE organization_id = $1 AND user_id = ANY($2)
       AND (expires_at IS NULL OR expires_at > now())
     GROUP BY user_id
    HAVING count(DISTINCT group_id) >= $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
    parameters.int64(Int64(least))
  }

  /// In how many groups one user is.
  package struct Row: Hashable, Sendable {
    package let user: UserID
    package let count: Int
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    Row(user: try row.id(0, UserID.self), count: Int(try row.int64(1)))
  }
}
