package import Domain
package import Postgres

/// A company, its row held until the transaction ends.
package struct FindCompanyForUpdate: Statement {
  package let organization: OrganizationID
  package let company: CompanyID

  package init(organization: OrganizationID, company: CompanyID) {
    self.organization = organization
    self.company = company
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id, company_id, name, version, created_at, updated_at
      FROM roster.companies
     WHERE organization_id = $1 AND company_id = $2
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(company)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Company {
    try CompanyRow.decode(row)
  }
}
