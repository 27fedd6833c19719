package import Domain
package import Postgres

/// The groups in which a user's membership is suspended, in the order of their ids, and whether a
/// directory says that it is a member.
package struct FindSuspendedGroups: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id, group_id, bool_or(source = 'directory')
      FROM roster.group_members
     WHERE organization_id = $1 AND user_id = $2 AND suspended_at IS NOT NULL
     GROUP BY organization_id, group_id
     ORDER BY group_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> (group: GroupID, isOfDirectory: Bool) {
    (try row.id(1, GroupID.self), try row.bool(2))
  }
}
