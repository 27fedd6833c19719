package import Domain
package import Postgres

/// How many roles the organization has; no row when it has none.
package struct CountRoles: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id, count(*)
      FROM roster.roles
     WHERE organization_id = $1 AND deleted_at IS NULL
     GROUP BY organization_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int {
    Int(try row.int64(1))
  }
}
