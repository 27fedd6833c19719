package import Domain
package import Postgres

/// The organization with the membership that has been expired for longest; none when all are swept.
package struct FindExpiredOrganization: Statement {
  package init() {}

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT organization_id
      FROM roster.group_members
     WHERE expires_at <= now()
     ORDER BY expires_at
     LIMIT 1
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> OrganizationID {
    try row.id(0, OrganizationID.self)
  }
}
