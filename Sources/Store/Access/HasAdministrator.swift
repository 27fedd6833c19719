package import Domain
package import Postgres

/// Whether the organization has an administrator: somebody able to act who holds `roles.edit` in
/// the scope `all`, without an end.
package struct HasAdministrator: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = "SELECT roster.has_administrator($1)"

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Bool {
    try row.bool(0)
  }
}
