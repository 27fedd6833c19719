package import Domain
package import Postgres

/// A domain that the organization added; held until the transaction ends.
package struct FindDomain: Statement {
  package let organization: OrganizationID
  package let name: DomainName

  package init(organization: OrganizationID, name: DomainName) {
    self.organization = organization
    self.name = name
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id, domain, challenge, verified_at, version, created_at, updated_at
      FROM roster.organization_domains
     WHERE organization_id = $1 AND domain = $2
       FOR UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.text(name.text)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> OrganizationDomain {
    try DomainRow.decode(row)
  }
}
