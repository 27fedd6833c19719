package import Domain
package import Postgres

/// Deletes a company that nobody is in, after ``ReleaseDeletedUsers``. A user in it, one that comes
/// at the same time too, is a violation of `users_organization_id_company_id_fkey`.
package struct DeleteCompany: Statement {
  package let organization: OrganizationID
  package let company: CompanyID

  package init(organization: OrganizationID, company: CompanyID) {
    self.organization = organization
    self.company = company
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH deleted AS (
      DELETE FROM roster.companies WHERE organization_id = $1 AND company_id = $2 RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM deleted), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(company)
  }

  package typealias Row = NoRow
}
