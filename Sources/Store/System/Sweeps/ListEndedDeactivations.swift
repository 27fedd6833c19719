package import Domain
package import Postgres

/// Users whose deactivation has ended by itself and stands unrecorded: up to `limit`, of all
/// organizations.
package struct ListEndedDeactivations: Statement {
  package let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT organization_id, user_id
      FROM roster.users
     WHERE deactivated_until <= now() AND state = 'inactive'
     LIMIT $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.int64(Int64(limit))
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> (organization: OrganizationID, user: UserID) {
    (try row.id(0, OrganizationID.self), try row.id(1, UserID.self))
  }
}
