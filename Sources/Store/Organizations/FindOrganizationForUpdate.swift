package import Domain
package import Postgres

/// As ``FindOrganization``, and holds the row until the transaction ends: rules about several users
/// of an organization, such as its last owner's, lock it first.
package struct FindOrganizationForUpdate: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id, slug, name, settings, created_at, state, version, updated_at
      FROM roster.organizations
     WHERE organization_id = $1
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Organization {
    try OrganizationRow.decode(row)
  }
}
