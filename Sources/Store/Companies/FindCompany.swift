package import Domain
package import Postgres

/// A company and how many users it has, deleted ones left out.
package struct FindCompany: Statement {
  package let organization: OrganizationID
  package let company: CompanyID

  package init(organization: OrganizationID, company: CompanyID) {
    self.organization = organization
    self.company = company
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT c.organization_id, c.company_id, c.name, c.version, c.created_at, c.updated_at,
           (SELECT count(*) FROM roster.users AS u
             WHERE u.organization_id = $1 AND u.company_id = c.company_id
               AND u.state <> 'deleted')
      FROM roster.companies AS c
     WHERE c.organization_id = $1 AND c.company_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(company)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> (company: Company, userCount: Int64) {
    (try CompanyRow.decode(row), try row.int64(6))
  }
}
