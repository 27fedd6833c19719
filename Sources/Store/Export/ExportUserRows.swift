package import Domain
package import Postgres

/// What is kept about a user in tables of few rows each: each row as JSON with its table's name,
/// the password's hash left out.
package struct ExportUserRows: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  /// One row of a table.
  package struct Row: Hashable, Sendable {
    package let table: String
    /// A JSON object.
    package let document: String
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT u.organization_id, 'users', to_jsonb(u)
      FROM roster.users AS u WHERE u.organization_id = $1 AND u.user_id = $2
    UNION ALL
    SELECT e.organization_id, 'emails', to_jsonb(e)
      FROM roster.emails AS e WHERE e.organization_id = $1 AND e.user_id = $2
    UNION ALL
    SELECT p.organization_id, 'passwords', to_jsonb(p) - 'hash'
      FROM roster.passwords AS p WHERE p.organization_id = $1 AND p.user_id = $2
    UNION ALL
    SELECT a.organization_id, 'user_activity', to_jsonb(a)
      FROM roster.user_activity AS a WHERE a.organization_id = $1 AND a.user_id = $2
    UNION ALL
    SELECT m.organization_id, 'group_members', to_jsonb(m)
      FROM roster.group_members AS m WHERE m.organization_id = $1 AND m.user_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(table: row.text(1), document: row.jsonb(2))
  }
}
