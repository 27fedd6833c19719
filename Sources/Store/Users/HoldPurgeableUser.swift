package import Domain
package import Postgres

/// Holds a soft-deleted user who can't come back any more; no row when there is none.
package struct HoldPurgeableUser: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id, user_id
      FROM roster.users
     WHERE organization_id = $1 AND user_id = $2 AND state = 'deleted' AND purge_at <= now()
       FOR UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> UserID {
    try row.id(1, UserID.self)
  }
}
