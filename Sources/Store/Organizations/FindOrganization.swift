package import Domain
package import Postgres

/// The organization of an id.
package struct FindOrganization: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT organization_id, slug, name, settings, created_at, state, version, updated_at
      FROM roster.organizations
     WHERE organization_id = $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Organization {
    try OrganizationRow.decode(row)
  }
}
