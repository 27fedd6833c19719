package import Domain
package import Postgres

/// The states of up to 1,000 users, in no order; the deleted and ids of nobody are left out.
package struct FindUserStates: Statement {
  package let organization: OrganizationID
  package let users: [UserID]

  package init(organization: OrganizationID, users: [UserID]) {
    self.organization = organization
    self.users = users
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT user_id, state
      FROM roster.users
     WHERE organization_id = $1 AND user_id = ANY($2) AND state <> 'deleted'
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
  }

  /// The state of one user.
  package struct Row: Hashable, Sendable {
    package let user: UserID
    package let state: UserState
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    Row(user: try row.id(0, UserID.self), state: try row.choice(1, UserState.self))
  }
}
