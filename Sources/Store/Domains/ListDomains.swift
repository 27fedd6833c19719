package import Domain
package import Postgres

/// The domains that an organization added, in the order of their names: at most
/// ``Domain/OrganizationDomain/countMax``.
package struct ListDomains: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT organization_id, domain, challenge, verified_at, version, created_at, updated_at
      FROM roster.organization_domains
     WHERE organization_id = $1
     ORDER BY domain
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> OrganizationDomain {
    try DomainRow.decode(row)
  }
}
